namespace Deep.Cli.Tour;

/// <summary>A digit with what the model reads.</summary>
internal sealed record ReadDigit(byte[] Png, int Label, int Read);
