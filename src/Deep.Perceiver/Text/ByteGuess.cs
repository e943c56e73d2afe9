namespace Deep.Perceivers;

/// <summary>One byte that a hidden place may have held.</summary>
/// <param name="Value">The byte of UTF-8.</param>
/// <param name="Probability">The model's probability among all 262 tokens, [0, 1].</param>
public sealed record ByteGuess(byte Value, float Probability);
