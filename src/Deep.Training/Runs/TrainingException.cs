namespace Deep.Training;

/// <summary>A training run cannot go on: its loss or its gradients are not finite.</summary>
public sealed class TrainingException : DeepException
{
    /// <summary>An error that says at which step and why.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="inner">The error behind it, if any.</param>
    public TrainingException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
