using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// N sequences, M tokens in each

/// <summary>Token sequences of one length, as plain numbers: what a language model takes.</summary>
/// <param name="Sequences">N.</param>
/// <param name="Length">M.</param>
/// <param name="Tokens">N x M tokens, row by row; 0 where a row is filled up.</param>
/// <param name="Mask">N x M: true where a token is part of the text.</param>
public sealed record TokenBatch(int Sequences, int Length, IReadOnlyList<int> Tokens, IReadOnlyList<bool> Mask)
{
    /// <summary>Sequences filled up on the right.</summary>
    /// <param name="sequences">N sequences, at least one.</param>
    /// <param name="length">M; null: of the longest sequence.</param>
    /// <exception cref="ShapeException">There is no sequence, or one is longer than <paramref name="length"/>.</exception>
    public static TokenBatch Of(IReadOnlyList<int[]> sequences, int? length = null)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        if (sequences.Count == 0)
        {
            throw new ShapeException("A batch needs at least one text.");
        }

        var longest = Math.Max(1, sequences.Max(tokens => tokens.Length));
        var width = length ?? longest;
        if (longest > width)
        {
            throw new ShapeException($"A row of the batch has {width} tokens, but a sequence has {longest}.");
        }

        var all = new int[sequences.Count * width];
        var mask = new bool[all.Length];
        for (var n = 0; n < sequences.Count; n++)
        {
            sequences[n].CopyTo(all, n * width);
            mask.AsSpan(n * width, sequences[n].Length).Fill(true);
        }

        return new TokenBatch(sequences.Count, width, all, mask);
    }

    /// <summary>The tokens as a model takes them.</summary>
    /// <param name="device">Where they lie; null: the CPU.</param>
    /// <returns>[N, M], int64. The caller disposes it.</returns>
    public Tensor ToTensor(Device? device = null) =>
        tensor(Tokens.Select(token => (long)token).ToArray(), [Sequences, Length], device: device);

    /// <summary>What is text and what is filling, as a model takes it.</summary>
    /// <param name="device">Where it lies; null: the CPU.</param>
    /// <returns>[N, M], bool, true for text. The caller disposes it.</returns>
    public Tensor MaskTensor(Device? device = null) => tensor(Mask.ToArray(), [Sequences, Length], device: device);
}
