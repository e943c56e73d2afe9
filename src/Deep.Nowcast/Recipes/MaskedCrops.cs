using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nowcast.Recipes;

// B crops, T frames in, S lead times, C channels, H x W cells

/// <summary>
/// Crops as the networks see them: a cell that was not observed is 0 in what is observed and in what is generated alike, so that no
/// discriminator can tell them apart by it.
/// </summary>
internal sealed class MaskedCrops
{
    private readonly Tensor _missing;
    private readonly bool _hasMissing;

    /// <summary>Tensors in the open scope.</summary>
    public MaskedCrops(RadarCrops crops, Device device)
    {
        Observed = crops.Target.to(device);
        Context = crops.Context.to(device).nan_to_num(0);
        _missing = Observed.isnan();
        _hasMissing = _missing.any().item<bool>();
        Sequence = cat([Context, _hasMissing ? Observed.nan_to_num(0) : Observed], 1);
    }

    /// <summary>[B, T, C, H, W], without NaN.</summary>
    public Tensor Context { get; }

    /// <summary>[B, S, C, H, W], with NaN.</summary>
    public Tensor Observed { get; }

    /// <summary>[B, T + S, C, H, W], what was observed, without NaN.</summary>
    public Tensor Sequence { get; }

    /// <summary>B.</summary>
    public long Count => Context.shape[0];

    /// <summary>[B · K, T + S, C, H, W]: K forecasts of each crop behind its context.</summary>
    /// <param name="forecasts">[B · K, S, C, H, W], the members of one crop beside each other.</param>
    public Tensor SequenceOf(Tensor forecasts)
    {
        var members = forecasts.shape[0] / Count;
        using Scalar dry = 0.0;
        return cat([Repeat(Context, members), _hasMissing ? forecasts.masked_fill(Repeat(_missing, members), dry) : forecasts], 1);
    }

    /// <summary>[B · K, …]: each of B items K times.</summary>
    public static Tensor Repeat(Tensor items, long members)
    {
        if (members == 1)
        {
            return items;
        }

        var sizes = Enumerable.Repeat(-1L, (int)items.dim() + 1).ToArray();
        sizes[1] = members;
        return items.unsqueeze(1).expand(sizes).flatten(0, 1);
    }
}
