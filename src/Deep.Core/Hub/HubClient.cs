using System.Net;
using System.Net.Http.Headers;

namespace Deep.Hub;

/// <summary>Speaks HTTP with one hub: requests, redirects, the token, and what each status means.</summary>
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
            // Redirects are followed here, so that the token stays with the hub and never becomes a download server's.
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !options.Endpoint.IsLoopback,
            ConnectTimeout = options.StallTimeout,
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("Deep.Core");
        _http.DefaultRequestHeaders.AcceptEncoding.ParseAdd("identity");   // sizes and ranges mean the file's own bytes
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Asks which commit, hash and size a file has.</summary>
    /// <exception cref="HubException">Refused, not found (but see <see cref="RemoteFile.Hash"/>), unreachable, or not a hub.</exception>
    internal async Task<RemoteFile> DescribeAsync(HubReference reference, string file, CancellationToken cancellation)
    {
        using HttpResponseMessage response =
            await SendAsync(HttpMethod.Head, reference, file, from: 0, cancellation).ConfigureAwait(false);
        string? commit = Header(response, "X-Repo-Commit") is { } text && HubNames.IsCommit(text) ? text : null;
        if (response.StatusCode == HttpStatusCode.NotFound && Header(response, "X-Error-Code") == "EntryNotFound" && commit is not null)
        {
            return new RemoteFile(commit, null, 0);
        }

        bool redirectsToContent = IsRedirect(response.StatusCode);
        if (!response.IsSuccessStatusCode && !redirectsToContent)
        {
            throw Refusal(response, reference, file);
        }

        BlobHash? hash = BlobHash.TryParse(Header(response, "X-Linked-ETag") ?? response.Headers.ETag?.Tag);
        long? bytes = LinkedSize(response) ?? (redirectsToContent ? null : response.Content.Headers.ContentLength);
        return commit is not null && hash is not null && bytes >= 0
            ? new RemoteFile(commit, hash, bytes.Value)
            : throw new HubException(
                HubFailure.Protocol,
                $"{Where(response)} does not answer as a model hub does (commit {commit ?? "missing"}, hash {hash?.Hex ?? "missing"}, size {(bytes is null ? "missing" : "known")}); check HF_ENDPOINT.",
                (int)response.StatusCode);
    }

    /// <summary>Opens a file's content at an offset. The answer may be 206, 200 (the offset was ignored) or 416.</summary>
    /// <exception cref="HubException">Refused, not found, or unreachable.</exception>
    internal async Task<HttpResponseMessage> OpenAsync(HubReference reference, string file, long from, CancellationToken cancellation)
    {
        HttpResponseMessage response = await SendAsync(HttpMethod.Get, reference, file, from, cancellation).ConfigureAwait(false);
        if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return response;
        }

        using (response)
        {
            throw Refusal(response, reference, file);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, HubReference reference, string file, long from, CancellationToken cancellation)
    {
        Uri address = AddressOf(reference, file);
        bool atHub = true;
        for (int hop = 0; hop <= MostRedirects; hop++)
        {
            using var request = new HttpRequestMessage(method, address);
            request.Headers.Range = from > 0 ? new RangeHeaderValue(from, null) : null;
            request.Headers.Authorization = atHub && _options.Token is { } token ? new AuthenticationHeaderValue("Bearer", token) : null;
            HttpResponseMessage response = await SendOnceAsync(request, cancellation).ConfigureAwait(false);
            // A large file is redirected to a download server, and the hub describes it in that very answer.
            bool described = method == HttpMethod.Head && Header(response, "X-Linked-ETag") is not null && LinkedSize(response) is not null;
            if (!IsRedirect(response.StatusCode) || described)
            {
                return response;
            }

            using (response)
            {
                Uri next = response.Headers.Location is { } location
                    ? new Uri(address, location)
                    : throw new HubException(HubFailure.Protocol, $"{Where(response)} redirects to nowhere.", (int)response.StatusCode);
                bool allowed = next.Scheme == Uri.UriSchemeHttps || (next.Scheme == Uri.UriSchemeHttp && address.Scheme == Uri.UriSchemeHttp);
                address = allowed
                    ? next
                    : throw new HubException(
                        HubFailure.Protocol, $"{Where(response)} redirects to an address that is not https.", (int)response.StatusCode);
                atHub &= IsAtHub(next);
            }
        }

        throw new HubException(HubFailure.Protocol, $"{Printable(AddressOf(reference, file))} redirects more than {MostRedirects} times.");
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_options.StallTimeout);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException error)
        {
            throw Unreachable(request.RequestUri!, error.Message, error, error.HttpRequestError != HttpRequestError.SecureConnectionError);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw Unreachable(request.RequestUri!, $"no answer in {_options.StallTimeout.TotalSeconds:0.#} s", error, transient: true);
        }
    }

    private HubException Refusal(HttpResponseMessage response, HubReference reference, string file)
    {
        int status = (int)response.StatusCode;
        string where = $"(HTTP {status} from {Where(response)})";
        if (status is 401 or 403 or 404 && !IsAtHub(response.RequestMessage!.RequestUri!))
        {
            // The download server's signed address has run out; the hub gives a new one.
            return Broken(HubFailure.Network, $"The download server refuses {file} of {reference} {where}.", response);
        }

        return status switch
        {
            401 when _options.Token is null => Final(
                HubFailure.AccessDenied, $"{reference} is private, gated or does not exist {where}: check the name, and set HF_TOKEN to a token that may read it."),
            401 => Final(HubFailure.AccessDenied, $"The token does not open {reference} {where}: set HF_TOKEN to a valid one that may read it."),
            403 => Final(
                HubFailure.AccessDenied, $"{reference} may not be read {where}: accept its terms on its page and set HF_TOKEN to a token of that account."),
            404 => Header(response, "X-Error-Code") switch
            {
                "RepoNotFound" => Final(HubFailure.NotFound, $"There is no repository {reference.Repository} {where}: check owner and name."),
                "RevisionNotFound" => Final(
                    HubFailure.NotFound, $"{reference.Repository} has no revision {reference.Revision} {where}: check the branch, tag or commit."),
                "EntryNotFound" => FileMissing($"{reference} has no file {file} {where}: check the file's name."),
                _ => FileMissing($"{file} of {reference} does not exist {where}: check repository, revision and file name."),
            },
            429 => Broken(HubFailure.RateLimited, $"The hub asks for fewer requests {where}.", response),
            408 or >= 500 => Broken(HubFailure.Network, $"The hub fails {where}.", response),
            _ => Final(HubFailure.Protocol, $"The hub refuses {file} of {reference} {where}."),
        };

        HubException Final(HubFailure failure, string message) => new(failure, message, status);
        HubException FileMissing(string message) => new(HubFailure.NotFound, message, status) { IsAboutFile = true };
    }

    private HubException Broken(HubFailure failure, string message, HttpResponseMessage response) =>
        new(failure, message, (int)response.StatusCode)
        {
            IsTransient = true,
            RetryAfter = response.Headers.RetryAfter switch
            {
                { Delta: { } delta } => delta,
                { Date: { } date } => TimeSpan.FromTicks(Math.Max(0, (date - _options.Time.GetUtcNow()).Ticks)),
                _ => null,
            },
        };

    private static HubException Unreachable(Uri address, string reason, Exception error, bool transient) =>
        new(
            HubFailure.Network,
            $"{Printable(address)} cannot be reached: {reason.TrimEnd('.')}; check the network, or set HF_HUB_OFFLINE=1 to use only what is cached.",
            null,
            error) { IsTransient = transient };

    // A slash in a branch's name belongs to the name, one in a file's name separates folders.
    private Uri AddressOf(HubReference reference, string file) => new(
        $"{_options.Endpoint.AbsoluteUri.TrimEnd('/')}/{reference.Repository}/resolve/{Uri.EscapeDataString(reference.Revision)}/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}");

    private bool IsAtHub(Uri address) =>
        Uri.Compare(address, _options.Endpoint, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static bool IsRedirect(HttpStatusCode status) => (int)status is 301 or 302 or 303 or 307 or 308;

    private static long? LinkedSize(HttpResponseMessage response) =>
        long.TryParse(Header(response, "X-Linked-Size"), out long bytes) ? bytes : null;

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;

    private static string Where(HttpResponseMessage response) => Printable(response.RequestMessage!.RequestUri!);

    // Without the query: a download server's address carries a signature there.
    private static string Printable(Uri address) => HubNames.Printable(address.GetLeftPart(UriPartial.Path));
}
