using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deep.Perceivers;

/// <summary>A linear layer for each row. See <see cref="ProjectionOutputConfig"/>. Child: linear.</summary>
public sealed class ProjectionPostprocessor : Postprocessor
{
    internal ProjectionPostprocessor(ProjectionOutputConfig config, int channels, Device? device) =>
        Projection = Register("linear", channels, config.Outputs, device);

    /// <summary>The layer.</summary>
    public Linear Projection { get; }

    /// <summary>[B, O, outputs].</summary>
    /// <inheritdoc/>
    public override Tensor Postprocess(Tensor rows) => Projection.call(rows);
}
