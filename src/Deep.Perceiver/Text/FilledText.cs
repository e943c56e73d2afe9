namespace Deep.Perceivers;

/// <summary>A text with its hidden bytes filled.</summary>
/// <param name="Text">The whole text; bytes that make no UTF-8 are U+FFFD.</param>
/// <param name="Fillings">What was filled in, for each run of hidden bytes.</param>
/// <param name="Bytes">Each hidden byte with what it may have held.</param>
public sealed record FilledText(string Text, IReadOnlyList<string> Fillings, IReadOnlyList<HiddenByte> Bytes);
