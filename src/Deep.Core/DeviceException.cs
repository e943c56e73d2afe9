namespace Deep;

/// <summary>A device or a precision was asked for that this machine or this native backend does not have.</summary>
public sealed class DeviceException : DeepException
{
    /// <summary>An error that says what is missing and what to do.</summary>
    /// <param name="message">What was asked for, what is there, what to do.</param>
    /// <param name="inner">The error behind it, if any.</param>
    public DeviceException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
