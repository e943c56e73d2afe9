namespace Deep.Hub;

/// <summary>What kind of thing went wrong between a model's name and its file.</summary>
public enum HubFailure
{
    /// <summary>A repository, revision or file name that no hub has, or that would leave the cache folder.</summary>
    InvalidName,

    /// <summary>The network may not be used and the cache does not hold the file.</summary>
    Offline,

    /// <summary>The repository, the revision or the file does not exist (404).</summary>
    NotFound,

    /// <summary>The hub wants a token, or a better one (401, 403).</summary>
    AccessDenied,

    /// <summary>The hub asks for fewer requests (429), for longer than <see cref="HubOptions.LongestWait"/>.</summary>
    RateLimited,

    /// <summary>The hub cannot be reached, fails (5xx), or the connection broke too often.</summary>
    Network,

    /// <summary>The answer is not what a hub answers: no commit, no hash, no size, a redirect without end.</summary>
    Protocol,

    /// <summary>The content does not have the hash that the hub, or the cache, promised.</summary>
    Damaged,

    /// <summary>The file is larger than <see cref="HubOptions.LargestFile"/>.</summary>
    TooLarge,

    /// <summary>The cache folder cannot be written: permissions, or no space left.</summary>
    Storage,
}
