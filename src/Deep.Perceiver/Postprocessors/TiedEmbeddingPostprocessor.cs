using Deep.Nn;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

/// <summary>Logits of ids by the embeddings of the input. See <see cref="TiedEmbeddingConfig"/>. Parameter: bias [vocabulary].</summary>
public sealed class TiedEmbeddingPostprocessor : Postprocessor
{
    private readonly TextPreprocessor text;

    internal TiedEmbeddingPostprocessor(TextPreprocessor text, Device? device)
    {
        this.text = text;
        register_parameter("bias", ModuleParameter.Of(zeros(((TextConfig)text.Config).Vocabulary, device: device)));
    }

    /// <summary>The bias of each id.</summary>
    public Parameter Bias => get_parameter("bias")!;

    /// <summary>[B, O, vocabulary].</summary>
    /// <inheritdoc/>
    public override Tensor Postprocess(Tensor rows) => functional.linear(rows, text.Embedding.weight!, Bias);
}
