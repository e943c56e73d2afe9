using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Nowcast.Recipes;

// B crops, T frames in, S lead times, C channels, H x W cells

/// <summary>Crops of radar sequences: what is known and what is to come.</summary>
/// <param name="Context">[B, T, C, H, W] of float, mm/h; NaN where nothing was observed.</param>
/// <param name="Target">[B, S, C, H, W] of float, mm/h, at the times after; NaN where nothing was observed.</param>
/// <remarks>Dispose it to dispose the tensors.</remarks>
public sealed record RadarCrops(Tensor Context, Tensor Target) : ISliceableBatch<RadarCrops>, IDisposable
{
    /// <summary>B.</summary>
    public long Count => Context.shape[0];

    /// <inheritdoc/>
    public RadarCrops Slice(long first, long count) => new(Context.narrow(0, first, count), Target.narrow(0, first, count));

    /// <inheritdoc/>
    public void Dispose()
    {
        Context.Dispose();
        Target.Dispose();
    }
}
