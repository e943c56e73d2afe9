using Deep.Training.SignalPropagation;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.Tests.SignalPropagation.Probing;

/// <summary>A language model whose blocks are chosen one by one: an embedding, the blocks, a head.</summary>
internal sealed class ProbedChain : Module<Tensor, Tensor>, ISignalPath
{
    public const int Vocabulary = 7;
    private readonly TorchSharp.Modules.Embedding _embedding;
    private readonly TorchSharp.Modules.Linear _head;

    public ProbedChain(int width, params Module<Tensor, Tensor>[] blocks)
        : base(nameof(ProbedChain))
    {
        manual_seed(5).Dispose();
        Blocks = blocks;
        _embedding = Embedding(Vocabulary, width);
        _head = Linear(width, Vocabulary);
        register_module("embedding", _embedding);
        register_module("blocks", ModuleList(blocks));
        register_module("head", _head);
    }

    public IReadOnlyList<Module<Tensor, Tensor>> Blocks { get; }

    public Tensor Embed(Tensor input) => _embedding.call(input);

    public Tensor Head(Tensor stream) => _head.call(stream);

    public override Tensor forward(Tensor tokens) => Head(Blocks.Aggregate(Embed(tokens), (stream, block) => block.call(stream)));

    public static Tensor Tokens(int items, int length) =>
        tensor(Enumerable.Range(0, items * length).Select(i => (long)((i * i * 3) + i) % Vocabulary).ToArray(), [items, length], ScalarType.Int64);
}

/// <summary>Multiplies the stream by a number; counts nothing and attends nowhere.</summary>
internal sealed class Scaling(double factor) : Module<Tensor, Tensor>(nameof(Scaling))
{
    public override Tensor forward(Tensor stream) => stream.mul(factor);
}

/// <summary>Takes a step of the given share towards the mean of the positions so far.</summary>
internal sealed class Averaging(double share, bool isCausal = true) : Module<Tensor, Tensor>(nameof(Averaging)), ISignalBlock
{
    public string Kind => "plain attention";

    public bool IsNormalized { get; init; }

    public override Tensor forward(Tensor stream)
    {
        using var scope = NewDisposeScope();
        var mixed = Rows(stream).to(stream.dtype).expand(stream.shape[0], -1, -1).bmm(stream);
        return stream.mul(1 - share).add(mixed.mul(share)).MoveToOuterDisposeScope();
    }

    public Tensor AttentionProbabilities(Tensor stream)
    {
        using var scope = NewDisposeScope();
        return Rows(stream).expand(stream.shape[0], 2, -1, -1).contiguous().MoveToOuterDisposeScope();
    }

    private Tensor Rows(Tensor stream)
    {
        var length = stream.shape[1];
        var seen = isCausal ? ones(length, length).tril() : ones(length, length);
        return seen.div(seen.sum(1, keepdim: true));
    }
}
