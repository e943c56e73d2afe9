using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Deep.Tests.Hub;

/// <summary>A request as it came over the wire.</summary>
public sealed record Request(string Method, string Path, IReadOnlyDictionary<string, string> Headers)
{
    public string? this[string header] => Headers.GetValueOrDefault(header);

    /// <summary>The first byte that a Range header asks for, or 0.</summary>
    public int From => this["Range"] is { } range
        ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture)
        : 0;
}

/// <summary>An answer, with everything that a server can do wrong.</summary>
public sealed record Reply(int Status, byte[] Body, params (string Name, string Value)[] Headers)
{
    /// <summary>What Content-Length says; null means the truth.</summary>
    public long? ClaimedLength { get; init; }

    /// <summary>Bytes of the body after which the connection ends.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Whether the connection ends with a reset, which takes bytes with it that are on their way.</summary>
    public bool Reset { get; init; }

    /// <summary>Bytes of the body after which nothing more comes, on a connection that stays open.</summary>
    public int? StallAfter { get; init; }

    /// <summary>A pause after each tenth of the body.</summary>
    public TimeSpan Drip { get; init; }

    /// <summary>Whether the body comes in chunks, without a Content-Length.</summary>
    public bool Chunked { get; init; }

    public static Reply Empty(int status, params (string Name, string Value)[] headers) => new(status, [], headers);

    public Reply With(string name, string value) =>
        this with { Headers = [.. Without(name).Headers, (name, value)] };

    public Reply Without(string name) => this with { Headers = [.. Headers.Where(header => header.Name != name)] };
}

/// <summary>An HTTP/1.1 server on loopback that writes its own bytes, so it can lie and break off anywhere.</summary>
public sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Request> _requests = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Func<Request, Reply> _answer;
    private readonly Task _accepting;

    public LoopbackServer(Func<Request, Reply> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    public IReadOnlyList<Request> Requests => [.. _requests];

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        Task.WhenAll([_accepting, .. _connections]).GetAwaiter().GetResult();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                if (await ReadRequestAsync(stream) is { } request)
                {
                    _requests.Enqueue(request);
                    await WriteAsync(client, stream, request, _answer(request));
                }
            }
            catch (Exception error) when (error is OperationCanceledException or IOException or SocketException)
            {
                // The client has gone, or the test is over.
            }
        }
    }

    private async Task<Request?> ReadRequestAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }

        string[] lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string[] first = lines[0].Split(' ');
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        return new Request(first[0], first[1], headers);
    }

    private async Task WriteAsync(TcpClient client, NetworkStream stream, Request request, Reply reply)
    {
        string length = reply.Chunked
            ? "Transfer-Encoding: chunked"
            : $"Content-Length: {reply.ClaimedLength ?? reply.Body.Length}";
        string headers = string.Concat(reply.Headers.Select(header => $"{header.Name}: {header.Value}\r\n"));
        string head = $"HTTP/1.1 {reply.Status} Answer\r\n{headers}{length}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(head), _stop.Token);
        if (request.Method == "HEAD")
        {
            return;
        }

        byte[] body = reply.Body[..(reply.CutAfter ?? reply.StallAfter ?? reply.Body.Length)];
        int piece = reply.Drip > TimeSpan.Zero ? Math.Max(1, body.Length / 10) : Math.Max(1, body.Length);
        for (int at = 0; at < body.Length; at += piece)
        {
            byte[] part = body[at..Math.Min(body.Length, at + piece)];
            await stream.WriteAsync(reply.Chunked ? Chunk(part) : part, _stop.Token);
            await Task.Delay(reply.Drip, _stop.Token);
        }

        if (reply.StallAfter is not null)
        {
            await Task.Delay(Timeout.Infinite, _stop.Token);
        }

        if (reply.Reset)
        {
            client.Client.LingerState = new LingerOption(true, 0);
        }
        else if (reply.Chunked)
        {
            await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), _stop.Token);
        }
    }

    private static byte[] Chunk(byte[] part) =>
        [.. Encoding.ASCII.GetBytes($"{part.Length:x}\r\n"), .. part, .. "\r\n"u8];
}
