namespace Deep.Perceivers;

/// <summary>A hidden place of a text and what it may have held.</summary>
/// <param name="Position">The place in the text's UTF-8 bytes, from 0; each hidden byte counts as one.</param>
/// <param name="Guesses">The most probable bytes, the best first.</param>
public sealed record HiddenByte(int Position, IReadOnlyList<ByteGuess> Guesses);
