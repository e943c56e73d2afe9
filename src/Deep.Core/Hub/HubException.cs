namespace Deep.Hub;

/// <summary>A model could not be found in the cache, or could not be downloaded into it.</summary>
public sealed class HubException : DeepException
{
    /// <summary>An error with one sentence: what, where, which status, what to do.</summary>
    /// <param name="failure">The kind of failure, for programs.</param>
    /// <param name="message">The sentence, for people.</param>
    /// <param name="status">The HTTP status behind it, or null where no server answered.</param>
    /// <param name="inner">The error behind it, if any.</param>
    public HubException(HubFailure failure, string message, int? status = null, Exception? inner = null)
        : base(message, inner)
    {
        Failure = failure;
        Status = status;
    }

    /// <summary>The kind of failure.</summary>
    public HubFailure Failure { get; }

    /// <summary>The HTTP status behind it, or null where no server answered.</summary>
    public int? Status { get; }

    /// <summary>Whether the same request may succeed in a moment.</summary>
    internal bool IsTransient { get; init; }

    /// <summary>Whether only the file may be missing: another one of the repository may still be there.</summary>
    internal bool IsAboutFile { get; init; }

    /// <summary>How long the server asks to wait before the next request, or null where it does not say.</summary>
    internal TimeSpan? RetryAfter { get; init; }
}
