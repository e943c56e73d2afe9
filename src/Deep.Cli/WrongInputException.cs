namespace Deep.Cli;

/// <summary>What the caller gave cannot be used; the message is the one sentence that the user sees.</summary>
internal sealed class WrongInputException(string sentence) : Exception(sentence);
