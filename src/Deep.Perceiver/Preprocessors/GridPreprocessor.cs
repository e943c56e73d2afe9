using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Perceivers;

/// <summary>Any array [B, n_1, ..., n_d, C]: axes flattened, positions joined. See <see cref="GridConfig"/>.</summary>
public sealed class GridPreprocessor : Preprocessor
{
    private readonly GridConfig config;

    internal GridPreprocessor(GridConfig config, Device? device)
        : base(config, device) => this.config = config;

    private protected override Tensor Featurize(Tensor input)
    {
        var shape = input.shape;
        return shape.Length >= 3 && shape[^1] == config.InputChannels && shape.All(size => size > 0)
            ? input.alias()
            : throw new ShapeException($"The input must be [B, n_1, ..., {config.InputChannels}] and not empty, but is {Shapes.Format(shape)}.");
    }
}
