namespace Deep.Hub;

/// <summary>The addresses and headers of a hub's HTTP interface.</summary>
internal static class HubAddress
{
    /// <summary>Where a file's content is: <c>owner/name/resolve/revision/file</c>.</summary>
    internal static Uri Of(HubReference reference, string file, HubOptions options)
    {
        // A slash in a branch's name belongs to the name, one in a file's name separates folders.
        string revision = Uri.EscapeDataString(reference.Revision);
        string path = string.Join('/', file.Split('/').Select(Uri.EscapeDataString));
        return new Uri($"{options.Endpoint.AbsoluteUri.TrimEnd('/')}/{reference.Repository}/resolve/{revision}/{path}");
    }

    /// <summary>Whether an address has the hub's own scheme, host and port, so that the token may go there.</summary>
    internal static bool IsAtHub(Uri address, HubOptions options) =>
        address.GetLeftPart(UriPartial.Authority).Equals(
            options.Endpoint.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);

    /// <summary>An address for a message, without its query, in which a download server's signature stands.</summary>
    internal static string Printable(Uri address) => HubNames.Printable(address.GetLeftPart(UriPartial.Path));

    /// <summary>The first value of a header as it came, or null.</summary>
    internal static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
