using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Deep.Hub;

/// <summary>Speaks HTTP with one hub: requests, redirects, and the token, which never leaves the hub.</summary>
internal sealed class HubClient : IDisposable
{
    private const int MostRedirects = 8;

    private readonly HttpClient _http;
    private readonly HubOptions _options;

    internal HubClient(HubOptions options)
    {
        _options = options;
        var handler = new SocketsHttpHandler
        {
            // Followed here instead, so that the token does not go along to another server.
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !options.Endpoint.IsLoopback,
            ConnectTimeout = options.StallTimeout,
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("Deep.Core");
        // Sizes and ranges then mean the file's own bytes.
        _http.DefaultRequestHeaders.AcceptEncoding.ParseAdd("identity");
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Asks which commit, hash and size a file has, or learns that the commit lacks it.</summary>
    /// <exception cref="HubException">Refused, unreachable, not found for another reason, or not a hub.</exception>
    internal async Task<RemoteFile> DescribeAsync(
        HubReference reference, string file, CancellationToken cancellation)
    {
        using HttpResponseMessage response =
            await SendAsync(HttpMethod.Head, reference, file, from: 0, cancellation).ConfigureAwait(false);
        string? commit = Header(response, "X-Repo-Commit") is { } text && HubNames.IsCommit(text) ? text : null;
        bool fileMissing = response.StatusCode == HttpStatusCode.NotFound
            && Header(response, "X-Error-Code") == "EntryNotFound";
        if (fileMissing && commit is not null)
        {
            return new RemoteFile(commit, null, 0);
        }

        bool redirects = IsRedirect(response);
        if (!response.IsSuccessStatusCode && !redirects)
        {
            throw Refusal.Of(response, reference, file, _options);
        }

        // A redirect's own length and tag are those of its few bytes of text.
        BlobHash? hash = BlobHash.TryParse(Header(response, "X-Linked-ETag") ?? Header(response, "ETag"));
        long? bytes = LinkedSize(response) ?? (redirects ? null : response.Content.Headers.ContentLength);
        return commit is not null && hash is not null && bytes >= 0
            ? new RemoteFile(commit, hash, bytes.Value)
            : throw Nonsense(
                response,
                $"does not answer as a model hub does (commit {commit ?? "missing"}, hash {hash?.Hex ?? "missing"}, "
                + $"size {bytes?.ToString(CultureInfo.InvariantCulture) ?? "missing"})");
    }

    /// <summary>Opens a file's content at an offset; the answer may be 206, 200 (offset ignored) or 416.</summary>
    /// <exception cref="HubException">Refused, not found, or unreachable.</exception>
    internal async Task<HttpResponseMessage> OpenAsync(
        HubReference reference, string file, long from, CancellationToken cancellation)
    {
        HttpResponseMessage response =
            await SendAsync(HttpMethod.Get, reference, file, from, cancellation).ConfigureAwait(false);
        if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return response;
        }

        using (response)
        {
            throw Refusal.Of(response, reference, file, _options);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, HubReference reference, string file, long from, CancellationToken cancellation)
    {
        Uri address = HubAddress.Of(reference, file, _options);
        bool tokenMayGo = _options.Token is not null;
        for (int hop = 0; ; hop++)
        {
            using var request = new HttpRequestMessage(method, address);
            request.Headers.Range = from > 0 ? new RangeHeaderValue(from, null) : null;
            request.Headers.Authorization = tokenMayGo ? new("Bearer", _options.Token) : null;
            HttpResponseMessage response = await SendOnceAsync(request, cancellation).ConfigureAwait(false);
            // A large file is redirected to a download server, and the hub describes it in that very answer.
            bool describes = method == HttpMethod.Head
                && Header(response, "X-Linked-ETag") is not null && LinkedSize(response) is not null;
            if (!IsRedirect(response) || describes)
            {
                return response;
            }

            using (response)
            {
                address = hop < MostRedirects
                    ? NextAddress(response, address)
                    : throw Nonsense(response, $"redirects more than {MostRedirects} times");
                tokenMayGo &= HubAddress.IsAtHub(address, _options);
            }
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_options.StallTimeout);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token)
                .ConfigureAwait(false);
        }
        catch (HttpRequestException error)
        {
            bool mayHeal = error.HttpRequestError != HttpRequestError.SecureConnectionError;
            throw Unreachable(request.RequestUri!, error.Message.TrimEnd('.'), error, mayHeal);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            string reason = $"no answer in {_options.StallTimeout.TotalSeconds:0.#} s";
            throw Unreachable(request.RequestUri!, reason, error, mayHeal: true);
        }
    }

    private static Uri NextAddress(HttpResponseMessage response, Uri address)
    {
        Uri next = response.Headers.Location is { } location
            ? new Uri(address, location)
            : throw Nonsense(response, "redirects to nowhere");
        bool keepsItsPromise = next.Scheme == Uri.UriSchemeHttps
            || (next.Scheme == Uri.UriSchemeHttp && address.Scheme == Uri.UriSchemeHttp);
        return keepsItsPromise ? next : throw Nonsense(response, "redirects to an address that is not https");
    }

    private static HubException Nonsense(HttpResponseMessage response, string what) => new(
        HubFailure.Protocol,
        $"{HubAddress.Printable(response.RequestMessage!.RequestUri!)} {what}; check HF_ENDPOINT.",
        (int)response.StatusCode);

    private static HubException Unreachable(Uri address, string reason, Exception error, bool mayHeal) => new(
        HubFailure.Network,
        $"{HubAddress.Printable(address)} cannot be reached: {reason}; "
        + "check the network, or set HF_HUB_OFFLINE=1 to use only what is cached.",
        null,
        error)
    {
        IsTransient = mayHeal,
    };

    private static bool IsRedirect(HttpResponseMessage response) =>
        (int)response.StatusCode is 301 or 302 or 303 or 307 or 308;

    private static long? LinkedSize(HttpResponseMessage response) =>
        long.TryParse(Header(response, "X-Linked-Size"), CultureInfo.InvariantCulture, out long bytes) ? bytes : null;

    private static string? Header(HttpResponseMessage response, string name) => HubAddress.Header(response, name);
}
