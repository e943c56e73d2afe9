using static TorchSharp.torch;

namespace Deep.Perceivers;

/// <summary>A label is a single row. See <see cref="OneHotConfig"/>.</summary>
public sealed class OneHotPreprocessor : Preprocessor
{
    private readonly OneHotConfig config;

    internal OneHotPreprocessor(OneHotConfig config, Device? device)
        : base(config, device) => this.config = config;

    private protected override Tensor Featurize(Tensor input)
    {
        RequireInput(input, "Labels", $"[B, {config.Classes}]", Deep.Tensors.Shapes.Any, config.Classes);
        return input.unsqueeze(1);
    }
}
