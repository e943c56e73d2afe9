using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// B batch, M points, d axes, F features

/// <summary>Points with positions of their own. See <see cref="PointsConfig"/>.</summary>
public sealed class PointsPreprocessor : Preprocessor
{
    private readonly PointsConfig config;

    internal PointsPreprocessor(PointsConfig config, Device? device)
        : base(config, device) => this.config = config;

    /// <inheritdoc/>
    public override ByteArray Preprocess(PerceiverInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var isAlone = config.Features == 0 && input.Positions is null && input.Tensors.Count == 1;
        if (!isAlone && input.Positions is null)
        {
            throw new ShapeException($"Points with {config.Features} features need their positions [B, M, {config.Positions!.Axes}] too.");
        }

        return base.Preprocess(isAlone ? PerceiverInput.Of(input.Tensors.Values.Single(), input.Mask, input.Tensors.Values.Single()) : input);
    }

    private protected override Tensor Featurize(Tensor input)
    {
        var expected = config.Features == 0 ? config.Positions!.Axes : config.Features;
        var shape = RequireInput(input, "Points", $"[B, M, {expected}]", Shapes.Any, Shapes.Any, expected);
        return config.Features == 0 ? empty(shape[0], shape[1], 0, dtype: input.dtype, device: input.device) : input.alias();
    }
}
