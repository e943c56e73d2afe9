using Deep.Hub;

namespace Deep.Tests.Hub;

public sealed class HubRefusalTests : IDisposable
{
    private readonly HubFixture _fixture = new();

    private LoopbackHub Hub => _fixture.Hub;

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(401, "set HF_TOKEN")]
    [InlineData(403, "accept its terms")]
    public async Task A_model_that_wants_a_token_says_so_at_once(int status, string advice)
    {
        Hub.OnHead = (_, _, _) => Reply.Empty(status);
        HubException error = await _fixture.FailAsync("x");
        Assert.Equal(HubFailure.AccessDenied, error.Failure);
        Assert.Equal(status, error.Status);
        Assert.Contains(advice, error.Message);
        Assert.Contains($"HTTP {status}", error.Message);
        Assert.Single(Hub.Requests);
    }

    [Fact]
    public async Task A_token_that_does_not_open_the_model_is_not_shown()
    {
        _fixture.Options = _fixture.Options with { Token = "hf_secret" };
        Hub.OnHead = (_, _, _) => Reply.Empty(401);
        HubException error = await _fixture.FailAsync("x");
        Assert.Contains("The token does not open hf:timm/tiny.test@main", error.Message);
        Assert.DoesNotContain("hf_secret", error.ToString());
        Assert.Equal("Bearer hf_secret", Hub.Requests[0]["Authorization"]);
    }

    [Fact]
    public async Task Without_a_token_none_is_sent()
    {
        Hub.AddLarge("x", 10);
        await _fixture.FetchAsync("x");
        Assert.All(Hub.Requests, request => Assert.Null(request["Authorization"]));
    }

    [Fact]
    public async Task A_repository_that_does_not_exist_is_named()
    {
        HubException error = await Assert.ThrowsAsync<HubException>(
            () => _fixture.Cache.ResolveAsync(new("timm/none", "main"), "x"));
        Assert.Equal((HubFailure.NotFound, 404), (error.Failure, error.Status));
        Assert.Contains("no repository timm/none", error.Message);
        Assert.Single(Hub.Requests);
    }

    [Fact]
    public async Task A_revision_that_does_not_exist_is_named()
    {
        HubException error = await _fixture.FailAsync("x", "v9");
        Assert.Equal((HubFailure.NotFound, 404), (error.Failure, error.Status));
        Assert.Contains("no revision v9", error.Message);
    }

    [Fact]
    public async Task A_404_without_a_reason_names_all_that_may_be_wrong()
    {
        Hub.OnHead = (_, _, _) => Reply.Empty(404);
        HubException error = await _fixture.FailAsync("x");
        Assert.Equal(HubFailure.NotFound, error.Failure);
        Assert.Contains("check repository, revision and file name", error.Message);
        Assert.False(Directory.Exists(Path.Combine(_fixture.Repository, ".no_exist")));
    }

    [Fact]
    public async Task A_hub_that_asks_for_a_pause_gets_it()
    {
        byte[] content = Hub.AddLarge("x", 10);
        Hub.OnHead = (attempt, _, honest) => attempt == 1 ? Reply.Empty(429, ("Retry-After", "17")) : honest;
        Hub.OnGet = (attempt, _, honest) => attempt == 1 ? Reply.Empty(503, ("Retry-After", "3")) : honest;
        Assert.Equal(content, File.ReadAllBytes(await _fixture.FetchAsync("x")));
        Assert.Equal([17.0, 3], _fixture.Clock.Seconds);
    }

    [Theory]
    [InlineData(90, 90)]
    [InlineData(-90, 0)]
    public async Task A_pause_may_be_given_as_a_date(int seconds, double wait)
    {
        Hub.AddLarge("x", 10);
        string date = ImpatientClock.Now.AddSeconds(seconds).ToString("R");
        Hub.OnHead = (attempt, _, honest) => attempt == 1 ? Reply.Empty(429, ("Retry-After", date)) : honest;
        await _fixture.FetchAsync("x");
        Assert.Equal(wait, _fixture.Clock.Seconds.Sum());
    }

    [Fact]
    public async Task A_pause_that_is_too_long_ends_the_download()
    {
        Hub.OnHead = (_, _, _) => Reply.Empty(429, ("Retry-After", "3600"));
        HubException error = await _fixture.FailAsync("x");
        Assert.Equal((HubFailure.RateLimited, 429), (error.Failure, error.Status));
        Assert.Contains("3600 s", error.Message);
        Assert.Empty(_fixture.Clock.Seconds);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Failures_that_pass_are_waited_out(int status)
    {
        byte[] content = Hub.AddLarge("x", 10);
        Hub.OnHead = (attempt, _, honest) => attempt <= 2 ? Reply.Empty(status) : honest;
        Hub.OnGet = (attempt, _, honest) => attempt <= 2 ? Reply.Empty(status) : honest;
        Assert.Equal(content, File.ReadAllBytes(await _fixture.FetchAsync("x")));
        Assert.Equal([1.0, 2, 1, 2], _fixture.Clock.Seconds);
    }

    [Fact]
    public async Task A_failure_that_stays_is_reported_with_its_status()
    {
        _fixture.Options = _fixture.Options with { Attempts = 3, LongestWait = TimeSpan.FromSeconds(1.5) };
        Hub.OnHead = (_, _, _) => Reply.Empty(503);
        HubException error = await _fixture.FailAsync("x");
        Assert.Equal((HubFailure.Network, 503), (error.Failure, error.Status));
        Assert.Contains("gave up after 3 attempts", error.Message);
        Assert.Equal([1.0, 1.5], _fixture.Clock.Seconds);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(410)]
    [InlineData(451)]
    public async Task Other_refusals_are_final(int status)
    {
        Hub.OnHead = (_, _, _) => Reply.Empty(status);
        HubException error = await _fixture.FailAsync("x");
        Assert.Equal((HubFailure.Protocol, status), (error.Failure, error.Status));
        Assert.Single(Hub.Requests);
    }
}
