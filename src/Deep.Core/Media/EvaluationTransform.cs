using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Media;

// N batch, H x W the model's input in pixels; 3 channels red, green, blue

/// <summary>
/// What happens to a picture before a model sees it: resize, centre crop, scale to [0, 1], normalise.
/// </summary>
/// <remarks>
/// The arithmetic of timm's evaluation transform over Pillow and torchvision, each rounding included, so that published
/// accuracies apply. Immutable, safe to share between threads; two transforms with equal settings are equal.
/// </remarks>
public sealed record EvaluationTransform
{
    /// <summary>Mean of ImageNet's red, green and blue in [0, 1].</summary>
    public static IReadOnlyList<double> ImageNetMean { get; } = [0.485, 0.456, 0.406];

    /// <summary>Standard deviation of ImageNet's red, green and blue in [0, 1].</summary>
    public static IReadOnlyList<double> ImageNetStd { get; } = [0.229, 0.224, 0.225];

    /// <summary>
    /// The evaluation of the NFNet paper: both sides resized to 32 pixels more than the input, bicubic, then the
    /// centre.
    /// </summary>
    /// <param name="size">H and W of the model's input.</param>
    /// <remarks>
    /// The paper's own resize does not antialias and keeps overshoots; this one is Pillow's, as for the published
    /// PyTorch weights.
    /// </remarks>
    public static EvaluationTransform DeepMind(int size) => new() { Size = size, Mode = CropMode.Squash, Margin = 32 };

    /// <summary>H of the model's input. Default 224.</summary>
    public int Height { get; init; } = 224;

    /// <summary>W of the model's input. Default 224.</summary>
    public int Width { get; init; } = 224;

    /// <summary>Sets both sides of a square input; reads the shorter one.</summary>
    public int Size
    {
        get => Math.Min(Height, Width);
        init => (Height, Width) = (value, value);
    }

    /// <summary>
    /// Part of the resized picture that the crop keeps: it is first resized to floor(size / CropFraction). Above 0;
    /// default 0.875.
    /// </summary>
    public double CropFraction { get; init; } = 0.875;

    /// <summary>
    /// Pixels that the resized picture is larger than the crop, at least 0; if set, it is used in place of <see
    /// cref="CropFraction"/>.
    /// </summary>
    public int? Margin { get; init; }

    /// <summary>How the picture's shape is brought to the input's. Default <see cref="CropMode.Center"/>.</summary>
    public CropMode Mode { get; init; } = CropMode.Center;

    /// <summary>The resize kernel. Default <see cref="ResizeFilter.Bicubic"/>.</summary>
    /// <remarks>
    /// timm takes bilinear for a centre crop that is not square, whatever was asked for; here the kernel is the one
    /// asked for.
    /// </remarks>
    public ResizeFilter Filter { get; init; } = ResizeFilter.Bicubic;

    /// <summary>
    /// Subtracted from red, green and blue in [0, 1]; three values. Default <see cref="ImageNetMean"/>.
    /// </summary>
    public IReadOnlyList<double> Mean { get; init; } = ImageNetMean;

    /// <summary>
    /// What red, green and blue are divided by afterwards; three values, not 0. Default <see cref="ImageNetStd"/>.
    /// </summary>
    public IReadOnlyList<double> Std { get; init; } = ImageNetStd;

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ConfigurationException">
    /// A size, fraction, mean or standard deviation is out of its range.
    /// </exception>
    public void Validate()
    {
        Require(Height is >= 1 and <= 16_384, nameof(Height), "1 to 16384", Height);
        Require(Width is >= 1 and <= 16_384, nameof(Width), "1 to 16384", Width);
        Require(CropFraction is > 0 and <= 16, nameof(CropFraction), "above 0 and at most 16", CropFraction);
        Require(Margin is null or (>= 0 and <= 16_384), nameof(Margin), "0 to 16384", Margin ?? 0);
        var scales = Scaled(Size) >= 1 && Scaled(Math.Max(Height, Width)) <= int.MaxValue;
        Require(scales, nameof(CropFraction), "such that floor(size / fraction) is a size", CropFraction);
        Require(Enum.IsDefined(Mode), nameof(Mode), "a mode of the enumeration", Mode);
        Require(Enum.IsDefined(Filter), nameof(Filter), "a filter of the enumeration", Filter);
        var centred = Mean.Count == 3 && Mean.All(double.IsFinite);
        Require(centred, nameof(Mean), "three finite values", string.Join(", ", Mean));
        var divides = Std.Count == 3 && Std.All(s => double.IsFinite(s) && (float)s != 0);
        Require(divides, nameof(Std), "three finite values other than 0", string.Join(", ", Std));
    }

    /// <summary>The picture as the model sees it, before normalisation.</summary>
    /// <param name="picture">A picture of any size.</param>
    /// <returns>
    /// A picture of <see cref="Width"/> x <see cref="Height"/>; where the picture does not reach, black (Center,
    /// Squash) or the mean colour (Border).
    /// </returns>
    public Picture Crop(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        Validate();
        return CropLayout.Of(this, picture.Width, picture.Height).Cut(picture, this);
    }

    /// <summary>The picture as a model's input.</summary>
    /// <param name="picture">A picture of any size.</param>
    /// <param name="device">Where the result lies; the CPU if null.</param>
    /// <returns>[3, H, W], float32. The caller disposes it.</returns>
    public Tensor Apply(Picture picture, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(picture);
        using var scope = NewDisposeScope();
        var batch = Apply([picture], device);
        return batch.squeeze(0).MoveToOuterDisposeScope();
    }

    /// <summary>Several pictures as one batch, each written straight into its place.</summary>
    /// <param name="pictures">N pictures of any sizes, at least one.</param>
    /// <param name="device">Where the result lies; the CPU if null.</param>
    /// <returns>[N, 3, H, W], float32. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="pictures"/> is empty.</exception>
    public Tensor Apply(IReadOnlyList<Picture> pictures, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        if (pictures.Count == 0)
        {
            throw new ShapeException("A batch needs at least one picture.");
        }

        Validate();
        using var scope = NewDisposeScope();
        var batch = empty([pictures.Count, 3, Height, Width], float32);
        for (var n = 0; n < pictures.Count; n++)
        {
            // One picture at a time: a whole batch may have more bytes than a span can.
            var place = batch[n];
            ApplyInto(pictures[n], System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(place.bytes));
        }

        return (device is null ? batch : batch.to(device)).MoveToOuterDisposeScope();
    }

    /// <summary>Writes a picture as a model's input, without any tensor.</summary>
    /// <param name="picture">A picture of any size.</param>
    /// <param name="input">3 x H x W values.</param>
    /// <exception cref="ShapeException"><paramref name="input"/> has another length.</exception>
    public void ApplyInto(Picture picture, Span<float> input)
    {
        var cropped = Crop(picture);
        if (input.Length != 3 * Height * Width)
        {
            throw new ShapeException(
                $"The input of 3 x {Height} x {Width} values has {3 * Height * Width}, but {input.Length} came.");
        }

        PixelPlanes.Normalise(cropped.Pixels, input, Mean, Std);
    }

    /// <inheritdoc/>
    public bool Equals(EvaluationTransform? other) =>
        other is not null && Height == other.Height && Width == other.Width && CropFraction.Equals(other.CropFraction)
        && Margin == other.Margin && Mode == other.Mode && Filter == other.Filter
        && Mean.SequenceEqual(other.Mean) && Std.SequenceEqual(other.Std);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Height, Width, CropFraction, Margin, Mode, Filter);

    /// <summary>
    /// The side that a side of the input is resized to before the crop: floor(size / crop fraction), or size + margin.
    /// </summary>
    internal double Scaled(int side) => Margin is { } margin ? side + margin : Math.Floor(side / CropFraction);

    private static void Require(bool holds, string name, string expected, object found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"EvaluationTransform.{name}", expected, found);
        }
    }
}
