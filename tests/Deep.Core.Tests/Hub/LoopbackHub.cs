using System.Security.Cryptography;
using System.Text;
using Deep.Hub;

namespace Deep.Tests.Hub;

/// <summary>A model hub on loopback with one repository, honest until a test makes it otherwise.</summary>
public sealed class LoopbackHub : IDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";
    public const string Repository = "timm/tiny.test";

    private readonly Dictionary<string, (byte[] Content, string Hash)> _files = [];
    private readonly LoopbackServer _server;
    private int _heads;
    private int _gets;

    public LoopbackHub() => _server = new LoopbackServer(Answer);

    public delegate Reply Twist(int attempt, Request request, Reply honest);

    /// <summary>Changes the answer to the n-th HEAD request, counted from 1.</summary>
    public Twist OnHead { get; set; } = (_, _, honest) => honest;

    /// <summary>Changes the answer to the n-th GET request, counted from 1.</summary>
    public Twist OnGet { get; set; } = (_, _, honest) => honest;

    public static HubReference Reference { get; } = new(Repository, "main");

    public string CurrentCommit { get; set; } = Commit;

    public Uri Address => _server.Address;

    public IReadOnlyList<Request> Requests => _server.Requests;

    public IReadOnlyList<Request> Gets => [.. Requests.Where(request => request.Method == "GET")];

    /// <summary>Adds a file that is known by its SHA-256, as large ones are.</summary>
    public byte[] AddLarge(string name, int bytes) => AddLarge(name, Content(name, bytes));

    public byte[] AddLarge(string name, byte[] content)
    {
        _files[name] = (content, Convert.ToHexStringLower(SHA256.HashData(content)));
        return content;
    }

    /// <summary>Adds a file that is known by git's SHA-1, as small ones are.</summary>
    public byte[] AddSmall(string name, string text)
    {
        byte[] content = Encoding.UTF8.GetBytes(text);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {content.Length}\0"));
        hash.AppendData(content);
        _files[name] = (content, Convert.ToHexStringLower(hash.GetHashAndReset()));
        return content;
    }

    public string HashOf(string name) => _files[name].Hash;

    public void Dispose() => _server.Dispose();

    /// <summary>Bytes that are different for each name and place.</summary>
    public static byte[] Content(string name, int bytes)
    {
        var content = new byte[bytes];
        new Random(name.Sum(c => c)).NextBytes(content);
        return content;
    }

    private Reply Answer(Request request)
    {
        Reply honest = Honest(request);
        return request.Method == "HEAD"
            ? OnHead(Interlocked.Increment(ref _heads), request, honest)
            : OnGet(Interlocked.Increment(ref _gets), request, honest);
    }

    private Reply Honest(Request request)
    {
        string[] parts = request.Path.TrimStart('/').Split('/', 5);
        if (parts.Length != 5 || $"{parts[0]}/{parts[1]}" != Repository || parts[2] != "resolve")
        {
            return Reply.Empty(404, ("X-Error-Code", "RepoNotFound"));
        }

        string revision = Uri.UnescapeDataString(parts[3]);
        if (revision != CurrentCommit && revision is not ("main" or "refs/pr/7"))
        {
            return Reply.Empty(404, ("X-Error-Code", "RevisionNotFound"));
        }

        if (!_files.TryGetValue(Uri.UnescapeDataString(parts[4]), out (byte[] Content, string Hash) file))
        {
            return Reply.Empty(404, ("X-Error-Code", "EntryNotFound"), ("X-Repo-Commit", CurrentCommit));
        }

        (string, string)[] headers = [("X-Repo-Commit", CurrentCommit), ("ETag", $"\"{file.Hash}\"")];
        int from = request.From;
        string range = $"bytes {from}-{file.Content.Length - 1}/{file.Content.Length}";
        return from == 0
            ? new Reply(200, file.Content, headers)
            : new Reply(206, file.Content[from..], headers).With("Content-Range", range);
    }
}
