namespace Deep.Perceivers;

/// <summary>A sequence with hidden tokens, and what they were.</summary>
/// <param name="Tokens">What the model sees.</param>
/// <param name="Labels">The token to predict at each hidden place; <see cref="Ignored"/> elsewhere.</param>
public sealed record MaskedTokens(int[] Tokens, int[] Labels)
{
    /// <summary>The label of a place that no loss looks at, as PyTorch's cross-entropy has it.</summary>
    public const int Ignored = -100;

    /// <summary>The hidden places, in order.</summary>
    public IEnumerable<int> Places => Enumerable.Range(0, Labels.Length).Where(place => Labels[place] != Ignored);
}
