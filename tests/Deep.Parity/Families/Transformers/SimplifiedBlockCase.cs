using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Training.SignalPropagation;
using static TorchSharp.torch;

namespace Deep.Parity.Families.Transformers;

/// <summary>bobby-he/simplified_transformers: a stack of its GPT-2 blocks, of whatever kind its configuration makes.</summary>
internal static class SimplifiedBlockCase
{
    /// <summary>Computes the stack's output.</summary>
    public static void Run(ParityCase parity, CaseCheck check)
    {
        using var inference = no_grad();
        var config = SimplifiedBlockConfig.Read(parity.Config);
        using var model = VanillaTransformer.Create(config, seed: 0);
        using var checkpoint = new FormulaCheckpoint(parity, name => SimplifiedBlockConfig.InitialGain(parity.Config, config.Layers, name));
        SimplifiedBlockNames.Map(config).Load(checkpoint, Tensors(model));
        model.eval();
        var x = parity.Tensor("x");
        foreach (var block in model.Blocks)
        {
            x = block.call(x);
        }

        check.Give("y", x);
    }

    // Theirs makes the values by a product of their own: where ours makes them together with queries and keys, its parts are filled.
    private static Dictionary<string, Tensor> Tensors(VanillaTransformer model)
    {
        var state = model.state_dict().Where(pair => pair.Key.StartsWith("blocks.", StringComparison.Ordinal)).ToDictionary();
        var width = model.Config.Width;
        foreach (var (block, l) in model.Blocks.Select((block, l) => (block, l)).Where(pair => pair.block.Attention.IsFused))
        {
            var prefix = $"blocks.{l}.attention";
            foreach (var kind in new[] { "weight", "bias" })
            {
                if (state.Remove($"{prefix}.query_key_value.{kind}", out var whole))
                {
                    state.Add($"{prefix}.query_key.{kind}", whole.narrow(0, 0, 2 * width));
                    state.Add($"{prefix}.value.{kind}", whole.narrow(0, 2 * width, width));
                }
            }
        }

        return state;
    }
}
