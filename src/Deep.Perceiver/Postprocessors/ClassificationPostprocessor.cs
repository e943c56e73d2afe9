using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deep.Perceivers;

/// <summary>Logits from the first row. See <see cref="ClassificationOutputConfig"/>. Children: hidden where there is one, linear.</summary>
public sealed class ClassificationPostprocessor : Postprocessor
{
    internal ClassificationPostprocessor(ClassificationOutputConfig config, int channels, Device? device)
    {
        Hidden = config.Hidden is { } width ? Register("hidden", channels, width, device) : null;
        Logits = Register("linear", config.Hidden ?? channels, config.Classes, device);
    }

    /// <summary>The layer under tanh; null where there is none.</summary>
    public Linear? Hidden { get; }

    /// <summary>The last layer.</summary>
    public Linear Logits { get; }

    /// <summary>[B, classes].</summary>
    /// <inheritdoc/>
    public override Tensor Postprocess(Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var scope = NewDisposeScope();
        var row = rows.select(1, 0);
        return Logits.call(Hidden?.call(row).tanh() ?? row).MoveToOuterDisposeScope();
    }
}
