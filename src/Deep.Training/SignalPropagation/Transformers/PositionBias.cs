using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace Deep.Training.SignalPropagation;

// H heads, Q queries, K keys

/// <summary>A trained bias of the logits that depends on the distance of two positions, shared by all blocks and 0 at first.</summary>
public abstract class PositionBias : Module
{
    private readonly bool causal;

    private protected PositionBias(string name, bool causal)
        : base(name) => this.causal = causal;

    /// <summary>What is added to the logits of some queries: the bias, and minus infinity where a key is not seen.</summary>
    /// <param name="first">The position of the first query.</param>
    /// <param name="queries">Q.</param>
    /// <param name="keys">K; their positions start at 0.</param>
    /// <returns>[1, H, Q, K], in the parameters' dtype and on their device. The caller disposes it.</returns>
    public Tensor Logits(long first, long queries, long keys)
    {
        using var scope = NewDisposeScope();
        var bias = Bias(first, queries, keys);
        return (causal ? bias.Plus(CausalMask.Of(first, queries, keys, bias.dtype, bias.device)) : bias).unsqueeze(0).MoveToOuterDisposeScope();
    }

    /// <summary>The bias alone [H, Q, K].</summary>
    private protected abstract Tensor Bias(long first, long queries, long keys);

    internal static PositionBias? Of(VanillaTransformerConfig config, Device? device) => config.Positions switch
    {
        PositionEncoding.Alibi => new AlibiBias(config.Heads, config.Causal, device),
        PositionEncoding.T5Bias => new T5Bias(config.Heads, config.Causal, device),
        _ => null,
    };

    /// <summary>Nothing: every parameter has an explicit name, and the parent's registration would add each field once more.</summary>
    protected override void RegisterComponents()
    {
    }
}
