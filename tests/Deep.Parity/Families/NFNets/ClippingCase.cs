using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Parity.Families.NFNets;

/// <summary>Adaptive gradient clipping of single tensors, in both references' layouts.</summary>
internal static class ClippingCase
{
    /// <summary>Clips each input <c>grad:*</c> by its <c>param:*</c>.</summary>
    public static void Run(ParityCase parity, CaseCheck check)
    {
        var config = parity.Config;
        config.Informational("op", "norms", "outputs", "note");
        var deepMind = Variant.IsDeepMind(config);
        var clipping = new AdaptiveGradientClipping
        {
            ClipFactor = config.Number(deepMind ? "clipping" : "clip_factor"),
            Epsilon = config.Number("eps"),
            NormOrder = config.Number("norm_type", 2),
            Units = deepMind ? ClippingUnits.DeepMind : ClippingUnits.Timm,
        };
        foreach (var name in parity.Inputs.Where(i => i.Name.StartsWith("grad:", StringComparison.Ordinal)).Select(i => i.Name["grad:".Length..]))
        {
            var (parameter, gradient) = (parity.Tensor($"param:{name}"), parity.Tensor($"grad:{name}"));
            check.Give($"clipped:{name}", deepMind ? ClipOutputsLast(clipping, parameter, gradient) : clipping.Clip(parameter, gradient));
        }
    }

    // DeepMind's tensors have their outputs on the last axis (HWIO, IO) and, in three dimensions, on all but the first.
    private static Tensor ClipOutputsLast(AdaptiveGradientClipping clipping, Tensor parameter, Tensor gradient)
    {
        var order = parameter.dim() switch
        {
            4 => new long[] { 3, 2, 0, 1 },
            3 => [1, 2, 0],
            2 => [1, 0],
            _ => null,
        };
        if (order is null)
        {
            return clipping.Clip(parameter, gradient);
        }

        var moved = gradient.permute(order);
        var clipped = parameter.dim() == 3
            ? clipping.Clip(parameter.permute(order).flatten(0, 1), moved.flatten(0, 1)).reshape(moved.shape)
            : clipping.Clip(parameter.permute(order), moved);
        return clipped.permute([.. Enumerable.Range(0, order.Length).Select(axis => (long)Array.IndexOf(order, axis))]);
    }
}
