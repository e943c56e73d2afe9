using Deep.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nowcast;

/// <summary>NumPy arrays [H, W] or [1, H, W]: a file .npy, or one array of an .npz.</summary>
/// <remarks>The file says neither unit nor time: <see cref="RadarReadOptions"/> and the file's name do.</remarks>
internal sealed class NumPyField : IRadarFormat
{
    /// <inheritdoc/>
    public bool Recognises(RadarBytes file) =>
        IsArray(file.Content) || file.Content is [0x50, 0x4B, 3, 4, ..];

    /// <inheritdoc/>
    public StoredField Open(RadarBytes file, RadarReadOptions options)
    {
        var unit = options.Unit ?? throw file.Error("a NumPy file does not say its unit: set RadarReadOptions.Unit.");
        using var stored = Stored(file);
        var info = Array(file, stored, options.Quantity);
        var shape = info.Shape;
        if (shape.Count is < 2 or > 4 || shape.SkipLast(2).Any(size => size != 1))
        {
            throw file.Error($"{info.Name} is [{string.Join(", ", shape)}]; one field, [H, W] or [1, H, W], is read.");
        }

        file.RequireCells(shape[^2], shape[^1], options);
        var grid = options.Grid ?? RadarGrid.Plain((int)shape[^2], (int)shape[^1]);
        if ((grid.Height, grid.Width) != (shape[^2], shape[^1]))
        {
            throw file.Error(
                $"{info.Name} has {shape[^2]} x {shape[^1]} cells, RadarReadOptions.Grid {grid.Height} x {grid.Width}.");
        }

        return new StoredField(grid, unit, FileTime.Of(file, options), options.Interval, null, () => Values(file, info.Name));
    }

    private static float[] Values(RadarBytes file, string name)
    {
        using var scope = NewDisposeScope();
        using var stored = Stored(file);
        try
        {
            return stored.Read(name).to(ScalarType.Float32).contiguous().data<float>().ToArray();
        }
        catch (CheckpointException error)
        {
            throw file.Error(error.Message, error);
        }
    }

    private static ICheckpoint Stored(RadarBytes file)
    {
        try
        {
            var limits = CheckpointLimits.Default with { MaxTensors = 1024, MaxInflatedBytes = 1L << 30 };
            return Checkpoint.Open(file.Content, file.Path, limits);
        }
        catch (CheckpointException error)
        {
            throw file.Error($"the NumPy file is damaged: {error.Message}", error);
        }
    }

    private static TensorInfo Array(RadarBytes file, ICheckpoint stored, string? wanted)
    {
        if (wanted is not null && stored.Tensors.TryGetValue(wanted, out var named))
        {
            return named;
        }

        return stored.Tensors.Count == 1 && wanted is null
            ? stored.Tensors.Values.First()
            : throw file.Error(
                $"the file has the arrays {string.Join(", ", stored.Tensors.Keys)}: name one in RadarReadOptions.Quantity.");
    }

    private static bool IsArray(ReadOnlySpan<byte> head) =>
        head is [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..];
}
