using System.Globalization;
using System.Text;

namespace Deep.Hub;

/// <summary>Where models are kept and how they are fetched.</summary>
/// <remarks>
/// <see cref="FromEnvironment"/> reads what the Hugging Face tools read, so both share one cache and one token.
/// </remarks>
public sealed record HubOptions
{
    /// <summary>The hub that is asked where nothing else is set.</summary>
    public const string DefaultEndpoint = "https://huggingface.co";

    /// <summary>The root of the cache, the folder that holds <c>models--owner--name</c>.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>The hub's address, without a path at its end. From <c>HF_ENDPOINT</c>.</summary>
    public Uri Endpoint { get; init; } = new(DefaultEndpoint);

    /// <summary>
    /// The access token, or null. Sent to <see cref="Endpoint"/> only, never to where it redirects. From
    /// <c>HF_TOKEN</c>, else from the token file.
    /// </summary>
    public string? Token { get; init; }

    /// <summary>Whether the network must not be used, only the cache. From <c>HF_HUB_OFFLINE</c>.</summary>
    public bool Offline { get; init; }

    /// <summary>
    /// Whether the hub is asked if a branch has moved even where the cache knows a commit of it. Default false.
    /// </summary>
    public bool Refresh { get; init; }

    /// <summary>
    /// Whether a cached file's hash is checked before it is used, and a damaged one fetched again. Default false: it
    /// costs a full read. A snapshot that holds files instead of links (see <see cref="SymbolicLinks"/>) does not say
    /// which hash they should have, so nothing is checked there.
    /// </summary>
    public bool VerifyCached { get; init; }

    /// <summary>
    /// Whether snapshots are symbolic links to blobs, as the cache's layout has it. Default true; false, or where the
    /// system refuses links (Windows without developer mode), snapshots hold the files themselves.
    /// </summary>
    public bool SymbolicLinks { get; init; } = true;

    /// <summary>Attempts in a row that may bring nothing before giving up, 1 or more. Default 5.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The pause after the first failed attempt; it doubles with each further one. Default 1 s.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The longest pause between attempts; a server that asks for more (Retry-After) ends the download. Default 2 min.
    /// </summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a connection may bring no byte before it counts as broken. Default 30 s.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest file that is downloaded, in bytes. Default 64 GiB.</summary>
    public long LargestFile { get; init; } = 64L << 30;

    /// <summary>The clock that the pauses between attempts run on. Default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Reads the options from the environment variables of the Hugging Face tools.</summary>
    /// <remarks>
    /// Cache: <c>HF_HUB_CACHE</c>, else <c>$HF_HOME/hub</c>, else <c>$XDG_CACHE_HOME/huggingface/hub</c>, else
    /// <c>~/.cache/huggingface/hub</c>. Token: <c>HF_TOKEN</c>, else the file <c>HF_TOKEN_PATH</c>, else
    /// <c>$HF_HOME/token</c>. Also <c>HF_HUB_OFFLINE</c> (1, true, yes, on) and <c>HF_ENDPOINT</c>.
    /// </remarks>
    /// <param name="variable">Gives a variable's value or null; null means the process's own environment.</param>
    /// <returns>Validated options.</returns>
    /// <exception cref="ConfigurationException">A variable has a value that cannot be used.</exception>
    public static HubOptions FromEnvironment(Func<string, string?>? variable = null)
    {
        HubOptions options = new HubEnvironment(variable ?? Environment.GetEnvironmentVariable).Read();
        options.Validate();
        return options;
    }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ConfigurationException">An option is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require(!string.IsNullOrWhiteSpace(CacheFolder), nameof(CacheFolder), "a folder's path", CacheFolder);
        Require(
            Endpoint is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" },
            nameof(Endpoint),
            "an http or https address without user, query and fragment",
            Endpoint);
        // A line break would let a token write headers of its own. Its value must not be printed.
        bool tokenIsPlain = Token is null || Token.All(c => c is > ' ' and <= '~');
        Require(tokenIsPlain, nameof(Token), "one line of visible ASCII", "something else");
        Require(Attempts >= 1, nameof(Attempts), "1 or more", Attempts);
        Require(FirstWait >= TimeSpan.Zero, nameof(FirstWait), "zero or longer", FirstWait);
        Require(LongestWait >= FirstWait, nameof(LongestWait), $"at least {nameof(FirstWait)}", LongestWait);
        Require(StallTimeout > TimeSpan.Zero, nameof(StallTimeout), "longer than zero", StallTimeout);
        Require(LargestFile >= 1, nameof(LargestFile), "1 byte or more", LargestFile);
        Require(Time is not null, nameof(Time), "a clock", Time);
    }

    private static void Require(bool holds, string option, string expected, object? found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"{nameof(HubOptions)}.{option}", expected, found);
        }
    }

    // Records print all their members; options end up in logs, and the token must not.
    private bool PrintMembers(StringBuilder builder)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        string token = Token is null ? "none" : "set";
        builder.Append(culture, $"{nameof(CacheFolder)} = {CacheFolder}, {nameof(Endpoint)} = {Endpoint}, ");
        builder.Append(culture, $"{nameof(Token)} = {token}, {nameof(Offline)} = {Offline}");
        return true;
    }
}
