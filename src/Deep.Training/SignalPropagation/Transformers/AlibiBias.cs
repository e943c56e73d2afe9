using Deep.Nn;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

/// <summary>ALiBi: a penalty of slope_h times the distance, slope_h = 2^(-8 h / H) (2108.12409), times a trained gain.</summary>
/// <remarks>The gain of each head starts at 0, so that a new model's attention is what its block makes it. Parameter: gain [H, 1, 1].</remarks>
public sealed class AlibiBias : PositionBias
{
    private const double LowestExponent = 8;
    private readonly double[] slopes;

    /// <summary>A bias that is 0.</summary>
    /// <param name="heads">H.</param>
    /// <param name="causal">Whether keys after the query are masked.</param>
    /// <param name="device">Where the parameter is; null: the default device.</param>
    public AlibiBias(int heads, bool causal, Device? device = null)
        : base(nameof(AlibiBias), causal)
    {
        slopes = [.. Enumerable.Range(1, heads).Select(h => Math.Pow(2, -LowestExponent * h / heads))];
        register_parameter("gain", ModuleParameter.Of(zeros(heads, 1, 1, device: device)));
    }

    /// <summary>The gain of each head [H, 1, 1].</summary>
    public Parameter Gain => get_parameter("gain")!;

    /// <inheritdoc/>
    private protected override Tensor Bias(long first, long queries, long keys)
    {
        var (type, device) = (Gain.dtype, Gain.device);
        var distance = Positions(first, queries).unsqueeze(1).sub(Positions(0, keys)).abs();
        var slope = tensor(slopes, [slopes.Length, 1, 1], type, device).neg();
        return Gain.mul(slope).mul(distance);

        Tensor Positions(long from, long count) =>
            tensor([.. Enumerable.Range((int)from, (int)count).Select(p => (double)p)], type, device);
    }
}
