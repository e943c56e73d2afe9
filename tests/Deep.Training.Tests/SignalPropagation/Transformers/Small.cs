using Deep.Training.SignalPropagation;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.Tests.SignalPropagation;

/// <summary>Models of a size for tests.</summary>
internal static class Small
{
    public const int Vocabulary = 11;
    public const int Length = 8;

    /// <summary>A language model of a kind; its activation is tailored to few layers.</summary>
    public static VanillaTransformerConfig Text(BlockKind kind, int layers = 2)
    {
        var config = VanillaTransformerConfig.ForText(kind, layers, width: 16, heads: 2, Vocabulary, Length);
        return config.Block.Activation.Kind == MlpActivationKind.TailoredLeakyRelu
            ? config with { Block = config.Block with { Activation = MlpActivation.Tailored(0.2) } }
            : config;
    }

    public static VanillaTransformerConfig Images(BlockKind kind, int layers = 2)
    {
        var config = VanillaTransformerConfig.ForImages(kind, layers, width: 16, heads: 2, PatchInput.Square(6, 2, 3, 5));
        return config with { Block = Text(kind, layers).Block };
    }

    public static Tensor Tokens(int batch = 2, int length = Length) =>
        tensor([.. Enumerable.Range(0, batch * length).Select(i => (long)((i * 7) + (i / 3)) % Vocabulary)], [batch, length]);

    /// <summary>Moves every parameter, those that start at 0 too, so that no part of the model is inert.</summary>
    public static void Disturb(VanillaTransformer model)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var generator = new Generator(5);
        foreach (var (_, parameter) in model.named_parameters())
        {
            var noise = empty(parameter.shape, ScalarType.Float32).normal_(0, 0.2, generator);
            parameter.copy_(parameter.add(noise.to(parameter.dtype)));
        }
    }
}
