namespace Deep.Training;

/// <summary>Turns tokens into text while they come: a piece is told once its characters are whole.</summary>
/// <remarks>From <see cref="TextVocabulary.NewDecoder"/>; one decoder belongs to one thread.</remarks>
public abstract class TextDecoder
{
    /// <summary>Adds a token.</summary>
    /// <param name="token">A token of the vocabulary.</param>
    /// <returns>The text that is complete with it; empty within a character of several tokens.</returns>
    /// <exception cref="TextException">The token is outside the vocabulary.</exception>
    public abstract string Add(int token);

    /// <summary>Ends the text.</summary>
    /// <returns>What was left: U+FFFD for a character of which a part is missing, and otherwise nothing.</returns>
    public abstract string Finish();
}
