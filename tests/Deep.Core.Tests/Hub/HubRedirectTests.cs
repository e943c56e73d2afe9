using Deep.Hub;

namespace Deep.Tests.Hub;

public sealed class HubRedirectTests : IDisposable
{
    private readonly HubFixture _fixture = new();

    private LoopbackHub Hub => _fixture.Hub;

    public HubRedirectTests() => _fixture.Options = _fixture.Options with { Token = "hf_secret" };

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_renamed_repository_is_followed_with_the_token()
    {
        byte[] content = Hub.AddLarge("x", 1000);
        const string Old = "/timm/old/";
        Hub.OnHead = Hub.OnGet = (_, request, honest) => request.Path.StartsWith(Old, StringComparison.Ordinal)
            ? Reply.Empty(307, ("Location", "/timm/tiny.test/" + request.Path[Old.Length..]))
            : honest;
        string path = await new HubCache(_fixture.Options).ResolveAsync(new("timm/old", "main"), "x");
        Assert.Equal(content, File.ReadAllBytes(path));
        Assert.Contains("models--timm--old", path);
        Assert.Equal(4, Hub.Requests.Count);
        Assert.All(Hub.Requests, request => Assert.Equal("Bearer hf_secret", request["Authorization"]));
    }

    [Fact]
    public async Task A_download_server_gets_the_range_but_not_the_token()
    {
        byte[] content = Hub.AddLarge("x", 10_000);
        int attempts = 0;
        using var other = new LoopbackServer(request => ++attempts == 1
            ? new Reply(200, content) { CutAfter = 4_000 }
            : new Reply(206, content[request.From..], ("Content-Range", $"bytes {request.From}-9999/10000")));
        Hub.OnHead = (_, _, honest) => Reply.Empty(
            302,
            ("Location", $"{other.Address}blob?signature=s3cret"),
            ("X-Repo-Commit", LoopbackHub.Commit),
            ("X-Linked-ETag", $"\"{Hub.HashOf("x")}\""),
            ("X-Linked-Size", "10000"));
        Hub.OnGet = (_, _, _) => Reply.Empty(302, ("Location", $"{other.Address}blob?signature=s3cret"));
        Assert.Equal(content, File.ReadAllBytes(await _fixture.FetchAsync("x")));
        Assert.Equal([0, 4_000], other.Requests.Select(request => request.From));
        Assert.All(other.Requests, request => Assert.Equal("GET", request.Method));
        Assert.All(other.Requests, request => Assert.Null(request["Authorization"]));
        Assert.All(Hub.Requests, request => Assert.Equal("Bearer hf_secret", request["Authorization"]));
        Assert.DoesNotContain(_fixture.Progress.Reports, report => report.Note?.Contains("s3cret") == true);
    }

    [Fact]
    public async Task A_token_that_was_left_behind_does_not_come_back()
    {
        byte[] content = Hub.AddLarge("x", 100);
        using var other = new LoopbackServer(request => Reply.Empty(302, ("Location", $"{Hub.Address}back")));
        Hub.OnGet = (_, request, honest) => request.Path == "/back"
            ? new Reply(200, content)
            : Reply.Empty(302, ("Location", $"{other.Address}away"));
        Assert.Equal(content, File.ReadAllBytes(await _fixture.FetchAsync("x")));
        Assert.Null(Assert.Single(Hub.Gets, request => request.Path == "/back")["Authorization"]);
    }

    [Fact]
    public async Task A_signed_address_that_has_run_out_is_asked_for_again()
    {
        byte[] content = Hub.AddLarge("x", 100);
        int attempts = 0;
        using var other = new LoopbackServer(_ => ++attempts == 1 ? Reply.Empty(403) : new Reply(200, content));
        Hub.OnGet = (_, _, _) => Reply.Empty(302, ("Location", $"{other.Address}blob"));
        Assert.Equal(content, File.ReadAllBytes(await _fixture.FetchAsync("x")));
        Assert.Equal(2, Hub.Gets.Count);
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        Hub.OnHead = (_, request, _) => Reply.Empty(302, ("Location", request.Path));
        HubException error = await _fixture.FailAsync("x");
        Assert.Equal(HubFailure.Protocol, error.Failure);
        Assert.InRange(Hub.Requests.Count, 2, 10);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/x")]
    public async Task Redirects_out_of_the_web_are_refused(string location)
    {
        Hub.AddLarge("x", 10);
        Hub.OnGet = (_, _, _) => Reply.Empty(302, ("Location", location));
        Assert.Equal(HubFailure.Protocol, (await _fixture.FailAsync("x")).Failure);
    }

    [Fact]
    public async Task A_redirect_without_an_address_is_refused()
    {
        Hub.OnHead = (_, _, _) => Reply.Empty(302);
        Assert.Equal(HubFailure.Protocol, (await _fixture.FailAsync("x")).Failure);
    }
}
