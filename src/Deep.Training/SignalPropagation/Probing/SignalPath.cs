using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.SignalPropagation;

/// <summary>A path through modules that were not made for a probe.</summary>
/// <param name="embed">Makes the stream [N, T, d] of what the model takes.</param>
/// <param name="blocks">Modules that each take the stream and give the next, one or more; they stay the caller's.</param>
/// <param name="head">Makes the model's output of the last stream.</param>
public sealed class SignalPath(Func<Tensor, Tensor> embed, IReadOnlyList<Module<Tensor, Tensor>> blocks, Func<Tensor, Tensor> head)
    : ISignalPath
{
    /// <inheritdoc/>
    public IReadOnlyList<Module<Tensor, Tensor>> Blocks { get; } = blocks;

    /// <inheritdoc/>
    public Tensor Embed(Tensor x) => embed(x);

    /// <inheritdoc/>
    public Tensor Head(Tensor x) => head(x);
}
