namespace Deep;

/// <summary>A tensor has a rank, size or dtype that an operation cannot take.</summary>
public sealed class ShapeException : DeepException
{
    /// <summary>An error that names the shapes.</summary>
    /// <param name="message">The operation, what it expected and what came, with the shapes.</param>
    /// <param name="inner">The native error behind it, if any.</param>
    public ShapeException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
