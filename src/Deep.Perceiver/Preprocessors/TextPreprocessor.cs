using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

// B batch, M ids, E channels

/// <summary>Ids become embeddings. See <see cref="TextConfig"/>. Parameters: embedding.weight [vocabulary, E].</summary>
/// <remarks>
/// Ids are checked against the vocabulary, since native code would read beyond it. A text may be shorter than the longest:
/// that gives what padding and a mask give.
/// </remarks>
public sealed class TextPreprocessor : Preprocessor
{
    private readonly TextConfig config;

    internal TextPreprocessor(TextConfig config, Device? device)
        : base(config, device)
    {
        this.config = config;
        Embedding = Embedding(config.Vocabulary, config.Width, device: device);
        register_module("embedding", Embedding);
    }

    /// <summary>The embeddings.</summary>
    public Embedding Embedding { get; }

    private protected override Tensor Featurize(Tensor input)
    {
        var shape = input.shape;
        if (input.dtype != ScalarType.Int64 || shape.Length != 2 || shape[0] == 0 || shape[1] == 0)
        {
            throw new ShapeException($"Text must be ids [B, M] of int64 and not empty, but is {Shapes.Format(shape)} of {input.dtype}.");
        }

        if (shape[1] > config.MaxLength)
        {
            throw new ShapeException($"The text has {shape[1]} ids, but the network takes {config.MaxLength} at most.");
        }

        var (lowest, highest) = (input.min().ToInt64(), input.max().ToInt64());
        return lowest >= 0 && highest < config.Vocabulary
            ? Embedding.call(input)
            : throw new ShapeException($"Ids must be 0 to {config.Vocabulary - 1}, but are {lowest} to {highest}.");
    }

    // Places are those of the longest text, as learned ones are: a shorter text has the first of them.
    private protected override Tensor Encoded(Tensor rows, long[] grid, Tensor? positions)
    {
        if (positions is not null || config.Positions is not FourierConfig)
        {
            return base.Encoded(rows, grid, positions);
        }

        using var scope = NewDisposeScope();
        var places = PositionGrid.Of([config.MaxLength], device: rows.device).narrow(0, 0, grid[0]).unsqueeze(0);
        return base.Encoded(rows, grid, places.expand(rows.shape[0], -1, -1)).MoveToOuterDisposeScope();
    }
}
