namespace Deep.Perceivers;

/// <summary>How position encodings meet the features.</summary>
public enum PositionJoin
{
    /// <summary>As further channels, after the features.</summary>
    Concatenate,

    /// <summary>Added; as many channels as the features (text).</summary>
    Add,
}
