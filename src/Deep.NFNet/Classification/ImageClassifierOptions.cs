using Deep.Hub;
using Deep.Media;
using Deep.Tensors;

namespace Deep.NFNets;

/// <summary>What an <see cref="ImageClassifier"/> loads and how it computes.</summary>
public sealed class ImageClassifierOptions
{
    /// <summary>
    /// The model: a checkpoint's path, <c>hf:owner/name[@revision]</c>, or a variant with published weights
    /// (<see cref="NFNetPretrained"/>), such as <c>eca_nfnet_l0</c>. Required for <c>AddNFNet</c>.
    /// </summary>
    public string? Model { get; set; }

    /// <summary>What to build; null, the default: what the checkpoint says.</summary>
    public NFNetConfig? Config { get; set; }

    /// <summary>
    /// "cpu", "cuda", "cuda:N" or "auto" (the first GPU that is there, else the CPU). Default "auto".
    /// </summary>
    public string Device { get; set; } = "auto";

    /// <summary>What to compute in. Default 32-bit floats.</summary>
    public Precision Precision { get; set; } = Precision.Float32;

    /// <summary>Classes that are returned where a call does not say how many, 1 or more. Default 5.</summary>
    public int Top { get; set; } = 5;

    /// <summary>Side of the square input in pixels, 1 to 4096; null, the default: the variant's test size.</summary>
    public int? Size { get; set; }

    /// <summary>Pictures that are computed at once, 1 to 1024: more are computed in turn. Default 16.</summary>
    public int BatchSize { get; set; } = 16;

    /// <summary>
    /// Labels of the classes, in order; null: of <see cref="LabelsFile"/>, else of the checkpoint, else their indices.
    /// </summary>
    public IReadOnlyList<string>? Labels { get; set; }

    /// <summary>A text file with one label a line; null, the default: none.</summary>
    public string? LabelsFile { get; set; }

    /// <summary>What a picture may cost.</summary>
    public MediaLimits Limits { get; set; } = MediaLimits.Default;

    /// <summary>Where models from the hub are kept; null, the default: as the Hugging Face tools do.</summary>
    public HubOptions? Hub { get; set; }

    /// <summary>Told of downloads; null, the default: nobody.</summary>
    public IProgress<HubProgress>? Progress { get; set; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ConfigurationException">An option is out of its range; the message names option, range and
    /// value.</exception>
    public void Validate()
    {
        Require(!string.IsNullOrWhiteSpace(Device), nameof(Device), "cpu, cuda, cuda:N or auto", $"'{Device}'");
        Require(Enum.IsDefined(Precision), nameof(Precision), "a precision of the enumeration", Precision);
        Require(Top >= 1, nameof(Top), "1 or more", Top);
        Require(Size is null or (>= 1 and <= 4096), nameof(Size), "1 to 4096, or null", Size);
        Require(BatchSize is >= 1 and <= 1024, nameof(BatchSize), "1 to 1024", BatchSize);
        Require(Limits is not null, nameof(Limits), "limits", Limits);
        Limits!.Validate();
        Config?.Validate();
        Hub?.Validate();
    }

    internal static void Require(bool holds, string option, string expected, object? found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"{nameof(ImageClassifierOptions)}.{option}", expected, found);
        }
    }
}
