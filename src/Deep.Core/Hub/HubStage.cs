namespace Deep.Hub;

/// <summary>The stages of a download.</summary>
public enum HubStage
{
    /// <summary>Another process or thread is downloading the same file; this one waits for it.</summary>
    Waiting,

    /// <summary>Bytes are coming in.</summary>
    Downloading,

    /// <summary>Something broke that may heal; the next attempt follows after a pause.</summary>
    Retrying,

    /// <summary>All bytes are here and their hash is being checked.</summary>
    Verifying,

    /// <summary>The file lies in the cache.</summary>
    Ready,
}
