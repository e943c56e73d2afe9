namespace Deep.Hub;

/// <summary>What an HTTP status of a hub means to the person who asked for a model.</summary>
internal static class Refusal
{
    /// <summary>The error for an answer that is neither a success nor a redirect.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="reference">The repository and revision that were asked for.</param>
    /// <param name="file">The file that was asked for.</param>
    /// <param name="options">Whether there is a token, where the hub is, and the clock.</param>
    internal static HubException Of(
        HttpResponseMessage response, HubReference reference, string file, HubOptions options)
    {
        int status = (int)response.StatusCode;
        Uri address = response.RequestMessage!.RequestUri!;
        string where = $"(HTTP {status} from {HubAddress.Printable(address)})";
        if (status is 401 or 403 or 404 && !HubAddress.IsAtHub(address, options))
        {
            // The download server's signed address has run out; the hub gives a new one.
            return Passing(HubFailure.Network, $"The download server refuses {file} of {reference} {where}.");
        }

        return status switch
        {
            401 when options.Token is null => Final(
                HubFailure.AccessDenied,
                $"{reference} is private, gated or does not exist {where}: "
                + "check the name, and set HF_TOKEN to a token that may read it."),
            401 => Final(
                HubFailure.AccessDenied,
                $"The token does not open {reference} {where}: set HF_TOKEN to a valid one that may read it."),
            403 => Final(
                HubFailure.AccessDenied,
                $"{reference} may not be read {where}: "
                + "accept its terms on its page and set HF_TOKEN to a token of that account."),
            404 => NotFound(),
            429 => Passing(HubFailure.RateLimited, $"The hub asks for fewer requests {where}."),
            408 or >= 500 => Passing(HubFailure.Network, $"The hub fails {where}."),
            _ => Final(HubFailure.Protocol, $"The hub refuses {file} of {reference} {where}: check HF_ENDPOINT."),
        };

        HubException NotFound() => HubAddress.Header(response, "X-Error-Code") switch
        {
            "RepoNotFound" => Final(
                HubFailure.NotFound, $"There is no repository {reference.Repository} {where}: check owner and name."),
            "RevisionNotFound" => Final(
                HubFailure.NotFound,
                $"{reference.Repository} has no revision {reference.Revision} {where}: "
                + "check the branch, tag or commit."),
            "EntryNotFound" => FileMissing($"{reference} has no file {file} {where}: check the file's name."),
            _ => FileMissing(
                $"{file} of {reference} does not exist {where}: check repository, revision and file name."),
        };

        HubException Final(HubFailure failure, string message) => new(failure, message, status);

        HubException FileMissing(string message) => new(HubFailure.NotFound, message, status) { IsAboutFile = true };

        HubException Passing(HubFailure failure, string message) => new(failure, message, status)
        {
            IsTransient = true,
            RetryAfter = response.Headers.RetryAfter switch
            {
                { Delta: { } delta } => delta,
                { Date: { } date } => TimeSpan.FromTicks(Math.Max(0, (date - options.Time.GetUtcNow()).Ticks)),
                _ => null,
            },
        };
    }
}
