namespace Deep.Hub;

/// <summary>Reads options from the environment variables of the Hugging Face tools.</summary>
internal sealed class HubEnvironment
{
    private const long LargestTokenFile = 4096;

    private readonly Func<string, string?> _variable;

    internal HubEnvironment(Func<string, string?> variable) => _variable = variable;

    /// <summary>The options, not validated yet.</summary>
    internal HubOptions Read() => new()
    {
        CacheFolder = Folder("HF_HUB_CACHE") ?? Path.Combine(Home, "hub"),
        Endpoint = ReadEndpoint(),
        Token = ReadToken(),
        Offline = Value("HF_HUB_OFFLINE")?.ToUpperInvariant() is "1" or "TRUE" or "YES" or "ON",
    };

    private string Home =>
        Folder("HF_HOME")
        ?? Path.Combine(Folder("XDG_CACHE_HOME") ?? Path.Combine(UserFolder, ".cache"), "huggingface");

    private static string UserFolder => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private Uri ReadEndpoint()
    {
        string text = (Value("HF_ENDPOINT") ?? HubOptions.DefaultEndpoint).TrimEnd('/');
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? endpoint)
            ? endpoint
            : throw new ConfigurationException("HF_ENDPOINT", "an http or https address", HubNames.Printable(text));
    }

    private string? ReadToken()
    {
        if (Value("HF_TOKEN") is { } token)
        {
            return token;
        }

        // No token file is the ordinary case, and one that may not be read must not stop the use of public models.
        var file = new FileInfo(Folder("HF_TOKEN_PATH") ?? Path.Combine(Home, "token"));
        try
        {
            return file.Exists && file.Length <= LargestTokenFile
                ? File.ReadAllText(file.FullName).Trim() is { Length: > 0 } text ? text : null
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string? Value(string name) => _variable(name)?.Trim() is { Length: > 0 } value ? value : null;

    private string? Folder(string name) => Value(name) switch
    {
        null => null,
        "~" => UserFolder,
        ['~', '/' or '\\', .. var rest] => Path.Combine(UserFolder, rest),
        var path => Path.GetFullPath(path),
    };
}
