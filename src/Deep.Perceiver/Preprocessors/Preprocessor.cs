using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// B batch, M rows, C channels, d axes

/// <summary>Makes the byte array of an input: features of each row, joined by the encoding of its position.</summary>
/// <remarks>
/// Parameters: positions [M, P] where they are learned, position_projection.{weight, bias} where they are projected, and
/// those of the kind.
/// </remarks>
public abstract class Preprocessor : nn.Module
{
    private readonly PositionEncoding? encoding;

    private protected Preprocessor(PreprocessorConfig config, Device? device)
        : base(nameof(Preprocessor))
    {
        Config = config;
        encoding = config.Positions is null ? null : new PositionEncoding(this, config.Positions, "positions", device);
    }

    /// <summary>What it was built from.</summary>
    public PreprocessorConfig Config { get; }

    /// <summary>C.</summary>
    public int Channels => Config.Channels;

    /// <summary>The learned table of positions [M, P]; null for Fourier features and none.</summary>
    public TorchSharp.Modules.Parameter? Positions => encoding?.Table;

    /// <summary>The preprocessor of a kind of input.</summary>
    /// <param name="config">The kind.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    /// <returns>The preprocessor.</returns>
    public static Preprocessor Of(PreprocessorConfig config, Device? device = null) => config switch
    {
        GridConfig grid => new GridPreprocessor(grid, device),
        PixelsConfig pixels => new PixelsPreprocessor(pixels, device),
        ConvConfig conv => new ConvPreprocessor(conv, device),
        Conv1x1Config conv => new Conv1x1Preprocessor(conv, device),
        PatchesConfig patches => new PatchesPreprocessor(patches, device),
        AudioConfig audio => new AudioPreprocessor(audio, device),
        OneHotConfig label => new OneHotPreprocessor(label, device),
        TextConfig text => new TextPreprocessor(text, device),
        PointsConfig points => new PointsPreprocessor(points, device),
        MultimodalConfig modalities => new MultimodalPreprocessor(modalities, device),
        _ => throw new ConfigurationException(nameof(PreprocessorConfig), "a known kind", config?.GetType().Name),
    };

    /// <summary>The byte array of an input.</summary>
    /// <param name="input">The input, with its mask and positions if any.</param>
    /// <returns>The byte array; its values are the caller's to dispose, its mask is the input's.</returns>
    /// <exception cref="ShapeException">The input is not of this kind, or mask or positions do not fit it.</exception>
    public virtual ByteArray Preprocess(PerceiverInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Tensors.Count != 1)
        {
            throw new ShapeException($"The network has one input, but got the modalities {string.Join(", ", input.Tensors.Keys.Order(StringComparer.Ordinal))}.");
        }

        using var scope = NewDisposeScope();
        var features = Featurize(input.Tensors.Values.Single()); // [B, n_1, ..., n_d, C]
        var grid = features.shape[1..^1];
        var rows = features.dim() == 3 ? features : features.flatten(1, -2);
        var bytes = new ByteArray(Encoded(rows, grid, input.Positions).MoveToOuterDisposeScope(), input.Mask, null, grid);
        return CheckMask(bytes);
    }

    /// <summary>Keeps encodings of whole grids from now on, which only weights that do not change allow.</summary>
    internal virtual void UseTables(PositionTables tables)
    {
        if (encoding is not null)
        {
            encoding.Tables = tables;
        }
    }

    /// <summary>The features of each row, in the input's grid: [B, n_1, ..., n_d, channels].</summary>
    private protected abstract Tensor Featurize(Tensor input);

    /// <summary>The features with positions.</summary>
    private protected virtual Tensor Encoded(Tensor rows, long[] grid, Tensor? positions)
    {
        if (encoding is null)
        {
            return positions is null ? rows.alias()
                : throw new ShapeException("Positions were given, but the network does not encode positions.");
        }

        var shape = rows.shape;
        if (positions is not null && (positions.dim() != 3 || positions.shape[0] != shape[0] || positions.shape[1] != shape[1]))
        {
            throw new ShapeException($"Positions must be [{shape[0]}, {shape[1]}, {encoding.Config.Axes}], one for each row, but are {Shapes.Format(positions.shape)}.");
        }

        if (positions is null && grid.Length != encoding.Config.Axes)
        {
            throw new ShapeException($"Positions have {encoding.Config.Axes} axes, but the input's rows form a grid of {grid.Length}: pass the positions of the rows.");
        }

        var encoded = positions is null ? encoding.OfGrid(grid, GridPositions.Inclusive, rows.device).unsqueeze(0) : encoding.OfPositions(positions);
        encoded = encoded.to(rows.dtype);
        return encoding.Config.Join == PositionJoin.Add ? rows.Plus(encoded) : cat([rows, encoded.expand(shape[0], -1, -1)], -1);
    }

    private protected static ByteArray CheckMask(ByteArray bytes)
    {
        var shape = bytes.Values.shape;
        if (bytes.Mask is { } mask && (mask.dtype != ScalarType.Bool || mask.dim() != 2 || mask.shape[0] != shape[0] || mask.shape[1] != shape[1]))
        {
            bytes.Dispose();
            throw new ShapeException($"The mask must be [{shape[0]}, {shape[1]}] of bool, true where a row may be attended to, but is {Shapes.Format(mask.shape)} of {mask.dtype}.");
        }

        return bytes;
    }

    private protected static long[] RequireInput(Tensor input, string kind, string axes, params ReadOnlySpan<long> expected)
    {
        var shape = input.shape;
        var fits = shape.Length == expected.Length;
        for (var axis = 0; fits && axis < shape.Length; axis++)
        {
            fits = shape[axis] == expected[axis] || (expected[axis] == Shapes.Any && shape[axis] > 0);
        }

        return fits ? shape : throw new ShapeException($"{kind} must be {axes} and not empty, but got {Shapes.Format(shape)}.");
    }

    private protected static long[] RequireFrames(Tensor input, string kind, bool video, int channels) => video
        ? RequireInput(input, kind, $"video [B, T, {channels}, H, W]", Shapes.Any, Shapes.Any, channels, Shapes.Any, Shapes.Any)
        : RequireInput(input, kind, $"pictures [B, {channels}, H, W]", Shapes.Any, channels, Shapes.Any, Shapes.Any);

    /// <summary>
    /// Nothing: every child has an explicit name, and the parent's registration would add each field once more.
    /// </summary>
    protected override void RegisterComponents()
    {
    }
}
