namespace Deep.Cli.Tour;

/// <summary>Digits that a model read, the first of which are shown.</summary>
internal sealed record ReadDigits(int Count, int Right, double Time, IReadOnlyList<ReadDigit> Shown);
