using Deep.Hub;

namespace Deep.Tests.Hub;

public sealed class HubFaultTests : IDisposable
{
    private readonly HubFixture _fixture = new();

    private LoopbackHub Hub => _fixture.Hub;

    private string Partial => Path.Combine(_fixture.Repository, "blobs", Hub.HashOf("x") + ".incomplete");

    public void Dispose() => _fixture.Dispose();

    private async Task AssertArrivesAsync(byte[] content) =>
        Assert.Equal(content, File.ReadAllBytes(await _fixture.FetchAsync("x")));

    [Fact]
    public async Task A_cut_connection_is_continued_where_it_was_cut()
    {
        byte[] content = Hub.AddLarge("x", 200_000);
        Hub.OnGet = (attempt, _, honest) => attempt <= 2 ? honest with { CutAfter = 70_000 } : honest;
        await AssertArrivesAsync(content);
        Assert.Equal([0, 70_000, 140_000], Hub.Gets.Select(request => request.From));
        Assert.Equal(2, _fixture.Progress.Reports.Count(report => report.Stage == HubStage.Retrying));
    }

    [Fact]
    public async Task A_connection_that_is_reset_is_continued()
    {
        byte[] content = Hub.AddLarge("x", 200_000);
        Hub.OnGet = (attempt, _, honest) => attempt == 1 ? honest with { CutAfter = 70_000, Reset = true } : honest;
        await AssertArrivesAsync(content);
        Assert.Equal(2, Hub.Gets.Count);
    }

    [Fact]
    public async Task A_connection_that_is_cut_at_every_step_still_arrives_while_there_is_progress()
    {
        byte[] content = Hub.AddLarge("x", 100_000);
        Hub.OnGet = (_, _, honest) => honest with { CutAfter = Math.Min(5_000, honest.Body.Length) };
        await AssertArrivesAsync(content);
        Assert.Equal(20, Hub.Gets.Count);
    }

    [Fact]
    public async Task A_connection_that_brings_next_to_nothing_is_given_up()
    {
        Hub.AddLarge("x", 100_000);
        Hub.OnGet = (_, _, honest) => honest with { CutAfter = 10 };
        HubException error = await _fixture.FailAsync("x");
        Assert.Equal(HubFailure.Network, error.Failure);
        Assert.Contains("gave up after 5 attempts", error.Message);
        Assert.Equal([1.0, 2, 4, 8], _fixture.Clock.Seconds);
        Assert.Equal(50, new FileInfo(Partial).Length);
    }

    [Fact]
    public async Task A_body_shorter_than_promised_is_continued()
    {
        byte[] content = Hub.AddLarge("x", 10_000);
        Hub.OnGet = (attempt, _, honest) => attempt == 1
            ? honest with { Body = honest.Body[..4_000], ClaimedLength = 10_000 }
            : honest;
        await AssertArrivesAsync(content);
        Assert.Equal(4_000, Hub.Gets[1].From);
    }

    [Fact]
    public async Task A_length_that_promises_too_little_is_not_believed()
    {
        byte[] content = Hub.AddLarge("x", 10_000);
        Hub.OnGet = (attempt, _, honest) => attempt == 1 ? honest with { Body = honest.Body[..4_000] } : honest;
        await AssertArrivesAsync(content);
        Assert.Equal(4_000, Hub.Gets[1].From);
    }

    [Fact]
    public async Task Bytes_beyond_the_promised_size_are_not_taken()
    {
        byte[] content = Hub.AddLarge("x", 10_000);
        Hub.OnGet = (_, _, honest) => honest with { Body = [.. honest.Body, .. new byte[50_000]] };
        await AssertArrivesAsync(content);
        Assert.Single(Hub.Gets);
    }

    [Fact]
    public async Task A_body_without_a_length_arrives()
    {
        byte[] content = Hub.AddLarge("x", 10_000);
        Hub.OnGet = (_, _, honest) => honest with { Chunked = true };
        await AssertArrivesAsync(content);
    }

    [Fact]
    public async Task A_size_that_the_hub_states_too_large_ends_in_an_error()
    {
        byte[] content = Hub.AddLarge("x", 10_000);
        Hub.OnHead = (_, _, honest) => honest with { ClaimedLength = content.Length + 1 };
        Hub.OnGet = (_, request, honest) => request.From == 10_000 ? Reply.Empty(416) : honest;
        Assert.Equal(HubFailure.Network, (await _fixture.FailAsync("x")).Failure);
        Assert.False(File.Exists(Path.Combine(_fixture.Repository, "blobs", Hub.HashOf("x"))));
    }

    [Fact]
    public async Task A_size_that_the_hub_states_too_small_ends_in_an_error()
    {
        byte[] content = Hub.AddLarge("x", 10_000);
        Hub.OnHead = (_, _, honest) => honest with { ClaimedLength = content.Length - 1 };
        Assert.Equal(HubFailure.Damaged, (await _fixture.FailAsync("x")).Failure);
    }

    [Fact]
    public async Task A_wrong_hash_is_fetched_once_more_from_the_beginning()
    {
        byte[] content = Hub.AddLarge("x", 10_000);
        Hub.OnGet = (attempt, _, honest) => attempt == 1 ? honest with { Body = new byte[10_000] } : honest;
        await AssertArrivesAsync(content);
        Assert.Equal([0, 0], Hub.Gets.Select(request => request.From));
    }

    [Fact]
    public async Task A_hash_that_is_wrong_twice_leaves_nothing_in_the_cache()
    {
        Hub.AddLarge("x", 10_000);
        Hub.OnGet = (_, _, honest) => honest with { Body = new byte[10_000] };
        HubException error = await _fixture.FailAsync("x");
        Assert.Equal(HubFailure.Damaged, error.Failure);
        Assert.Contains(Hub.HashOf("x"), error.Message);
        Assert.Equal(2, Hub.Gets.Count);
        Assert.False(File.Exists(Path.Combine(_fixture.Repository, "blobs", Hub.HashOf("x"))));
        Assert.Equal(0, new FileInfo(Partial).Length);
        Assert.False(Directory.Exists(Path.Combine(_fixture.Repository, "snapshots")));
    }

    [Fact]
    public async Task Rubbish_left_from_an_earlier_download_is_replaced()
    {
        byte[] content = Hub.AddLarge("x", 10_000);
        Directory.CreateDirectory(Path.GetDirectoryName(Partial)!);
        File.WriteAllBytes(Partial, new byte[3_000]);
        await AssertArrivesAsync(content);
        Assert.Equal([3_000, 0], Hub.Gets.Select(request => request.From));
    }

    [Fact]
    public async Task A_partial_file_that_is_too_long_is_begun_again()
    {
        byte[] content = Hub.AddLarge("x", 10_000);
        Directory.CreateDirectory(Path.GetDirectoryName(Partial)!);
        File.WriteAllBytes(Partial, new byte[11_000]);
        await AssertArrivesAsync(content);
        Assert.Equal([0], Hub.Gets.Select(request => request.From));
    }

    [Fact]
    public async Task A_partial_file_that_is_complete_is_only_checked()
    {
        byte[] content = Hub.AddLarge("x", 10_000);
        Directory.CreateDirectory(Path.GetDirectoryName(Partial)!);
        File.WriteAllBytes(Partial, content);
        await AssertArrivesAsync(content);
        Assert.Empty(Hub.Gets);
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_starts_the_file_again()
    {
        byte[] content = Hub.AddLarge("x", 10_000);
        Hub.OnGet = (attempt, _, honest) => attempt == 1
            ? honest with { CutAfter = 6_000 }
            : new Reply(200, content, honest.Headers);
        await AssertArrivesAsync(content);
        Assert.Equal(6_000, Hub.Gets[1].From);
    }

    [Fact]
    public async Task A_server_that_sends_another_range_is_asked_again_from_the_start()
    {
        byte[] content = Hub.AddLarge("x", 10_000);
        Hub.OnGet = (attempt, _, honest) => attempt switch
        {
            1 => honest with { CutAfter = 6_000 },
            2 => (honest with { Body = content[5_000..] }).With("Content-Range", "bytes 5000-9999/10000"),
            _ => honest,
        };
        await AssertArrivesAsync(content);
        Assert.Equal([0, 6_000, 0], Hub.Gets.Select(request => request.From));
    }

    [Fact]
    public async Task A_connection_that_falls_silent_is_cut_and_continued()
    {
        byte[] content = Hub.AddLarge("x", 10_000);
        _fixture.Options = _fixture.Options with { StallTimeout = TimeSpan.FromSeconds(1) };
        Hub.OnGet = (attempt, _, honest) => attempt == 1 ? honest with { StallAfter = 2_000 } : honest;
        await AssertArrivesAsync(content);
        Assert.Equal([0, 2_000], Hub.Gets.Select(request => request.From));
        Assert.Contains(_fixture.Progress.Reports, report => report.Note?.Contains("no byte came in 1 s") == true);
    }

    [Fact]
    public async Task A_slow_connection_is_not_a_silent_one()
    {
        byte[] content = Hub.AddLarge("x", 10_000);
        _fixture.Options = _fixture.Options with { StallTimeout = TimeSpan.FromSeconds(1) };
        Hub.OnGet = (_, _, honest) => honest with { Drip = TimeSpan.FromSeconds(0.12) };   // 1.2 s in all
        await AssertArrivesAsync(content);
        Assert.Single(Hub.Gets);
    }

    [Fact]
    public async Task A_hub_that_is_not_there_is_named()
    {
        Uri gone;
        using (var server = new LoopbackServer(_ => Reply.Empty(200)))
        {
            gone = server.Address;
        }

        _fixture.Options = _fixture.Options with { Endpoint = gone };
        HubException error = await _fixture.FailAsync("x");
        Assert.Equal(HubFailure.Network, error.Failure);
        Assert.Null(error.Status);
        Assert.Contains(gone.ToString().TrimEnd('/'), error.Message);
        Assert.Contains("HF_HUB_OFFLINE=1", error.Message);
        Assert.Equal(4, _fixture.Clock.Seconds.Count);
    }

    [Theory]
    [InlineData("X-Repo-Commit", null)]
    [InlineData("X-Repo-Commit", "../../../../etc")]
    [InlineData("ETag", null)]
    [InlineData("ETag", "\"../../x\"")]
    [InlineData("ETag", "\"abc\"")]
    public async Task An_answer_without_commit_or_hash_is_not_a_hubs(string header, string? value)
    {
        Hub.AddLarge("x", 10);
        Hub.OnHead = (_, _, honest) => value is null ? honest.Without(header) : honest.With(header, value);
        HubException error = await _fixture.FailAsync("x");
        Assert.Equal(HubFailure.Protocol, error.Failure);
        Assert.Contains("HF_ENDPOINT", error.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_fixture.Folder));
    }

    [Fact]
    public async Task A_hub_that_answers_for_another_commit_is_not_believed()
    {
        Hub.AddLarge("x", 10);
        Hub.OnHead = (_, _, honest) => honest.With("X-Repo-Commit", new string('c', 40));
        Assert.Equal(HubFailure.Protocol, (await _fixture.FailAsync("x", LoopbackHub.Commit)).Failure);
    }
}
