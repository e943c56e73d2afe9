namespace Deep.Cli.Tour;

/// <summary>A sentence with a hidden word and what the model put there.</summary>
internal sealed record FilledWord(string Before, string Hidden, string Filled, string After);
