namespace Deep;

/// <summary>The base of every error that this suite throws on purpose: catch it to catch them all.</summary>
public class DeepException : Exception
{
    /// <summary>An error with one sentence for the user.</summary>
    /// <param name="message">What is wrong, where, what was expected and what was found.</param>
    /// <param name="inner">The error behind it, if any.</param>
    public DeepException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
