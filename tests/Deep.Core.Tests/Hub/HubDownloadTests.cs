using Deep.Hub;

namespace Deep.Tests.Hub;

public sealed class HubDownloadTests : IDisposable
{
    private readonly HubFixture _fixture = new();

    private LoopbackHub Hub => _fixture.Hub;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_download_leaves_the_published_layout()
    {
        byte[] content = Hub.AddLarge("sub/model.bin", 300_000);
        string path = await _fixture.FetchAsync("sub/model.bin");
        string hash = Hub.HashOf("sub/model.bin");

        Assert.Equal(Path.Combine(_fixture.Repository, "snapshots", LoopbackHub.Commit, "sub", "model.bin"), path);
        Assert.Equal(content, File.ReadAllBytes(path));
        Assert.Equal(content, File.ReadAllBytes(Path.Combine(_fixture.Repository, "blobs", hash)));
        Assert.Equal(LoopbackHub.Commit, File.ReadAllText(Path.Combine(_fixture.Repository, "refs", "main")));
        Assert.True(File.Exists(Path.Combine(_fixture.Folder, ".locks", "models--timm--tiny.test", hash + ".lock")));
        Assert.Equal($"../../../blobs/{hash}", new FileInfo(path).LinkTarget);
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 };
        Assert.Equal(4, Directory.GetFiles(_fixture.Folder, "*", everything).Length);
    }

    [Fact]
    public async Task Without_links_the_snapshot_holds_the_file_itself()
    {
        byte[] content = Hub.AddLarge("model.bin", 1000);
        _fixture.Options = _fixture.Options with { SymbolicLinks = false };
        string path = await _fixture.FetchAsync("model.bin");
        Assert.Null(new FileInfo(path).LinkTarget);
        Assert.Equal(content, File.ReadAllBytes(path));
        Assert.Equal(path, await _fixture.FetchAsync("model.bin"));
        Assert.Single(Hub.Gets);
    }

    [Fact]
    public async Task A_small_file_is_checked_by_the_hash_of_git()
    {
        byte[] content = Hub.AddSmall("config.json", "{\"größe\": 1}");
        string path = await _fixture.FetchAsync("config.json");
        Assert.Equal(content, File.ReadAllBytes(path));
        Assert.Equal(40, Hub.HashOf("config.json").Length);
        Assert.EndsWith(Hub.HashOf("config.json"), new FileInfo(path).LinkTarget);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("W/\"{0}\"")]
    [InlineData(" \"{0}\" ")]
    public async Task A_hash_is_read_in_whatever_quotes_it_comes(string form)
    {
        byte[] content = Hub.AddLarge("x", 100);
        string tag = form.Replace("{0}", Hub.HashOf("x"), StringComparison.Ordinal);
        Hub.OnHead = (_, _, honest) => honest.With("ETag", tag);
        Assert.Equal(content, File.ReadAllBytes(await _fixture.FetchAsync("x")));
    }

    [Fact]
    public async Task An_empty_file_is_a_file()
    {
        Hub.AddSmall("empty.txt", "");
        Assert.Empty(File.ReadAllBytes(await _fixture.FetchAsync("empty.txt")));
        Assert.Equal("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", Hub.HashOf("empty.txt"));
    }

    [Fact]
    public async Task Foreign_letters_and_slashes_travel_escaped()
    {
        byte[] content = Hub.AddSmall("größe/日本 語#1.txt", "x");
        Assert.Equal(content, File.ReadAllBytes(await _fixture.FetchAsync("größe/日本 語#1.txt", "refs/pr/7")));
        Assert.StartsWith("/timm/tiny.test/resolve/refs%2Fpr%2F7/gr%C3%B6%C3%9Fe/%E6%97%A5", Hub.Requests[0].Path);
        string reference = Path.Combine(_fixture.Repository, "refs", "refs", "pr", "7");
        Assert.Equal(LoopbackHub.Commit, File.ReadAllText(reference));
    }

    [Fact]
    public async Task A_commit_is_asked_for_once_and_never_again()
    {
        Hub.AddLarge("x", 100);
        await _fixture.FetchAsync("x", LoopbackHub.Commit);
        await _fixture.FetchAsync("x", LoopbackHub.Commit);
        Assert.Equal(2, Hub.Requests.Count);
        Assert.False(Directory.Exists(Path.Combine(_fixture.Repository, "refs")));
    }

    [Fact]
    public async Task A_file_that_a_commit_lacks_is_remembered()
    {
        Assert.Equal(HubFailure.NotFound, (await _fixture.FailAsync("config.json")).Failure);
        Assert.True(File.Exists(Path.Combine(_fixture.Repository, ".no_exist", LoopbackHub.Commit, "config.json")));
        Assert.Equal(HubFailure.NotFound, (await _fixture.FailAsync("config.json")).Failure);
        Assert.Single(Hub.Requests);
    }

    [Fact]
    public async Task A_branch_stays_where_it_was_until_it_is_refreshed()
    {
        byte[] before = Hub.AddLarge("x", 100);
        await _fixture.FetchAsync("x");
        byte[] after = Hub.AddLarge("x", 200);
        Hub.CurrentCommit = new string('b', 40);
        Assert.Equal(before, File.ReadAllBytes(await _fixture.FetchAsync("x")));
        _fixture.Options = _fixture.Options with { Refresh = true };
        Assert.Equal(after, File.ReadAllBytes(await _fixture.FetchAsync("x")));
        _fixture.Options = _fixture.Options with { Refresh = false };
        Assert.Equal(after, File.ReadAllBytes(await _fixture.FetchAsync("x")));
        Assert.Equal(before, File.ReadAllBytes(await _fixture.FetchAsync("x", LoopbackHub.Commit)));
    }

    [Fact]
    public async Task A_blob_that_two_commits_share_is_downloaded_once()
    {
        Hub.AddLarge("x", 100);
        await _fixture.FetchAsync("x");
        Hub.CurrentCommit = new string('b', 40);
        string path = await _fixture.FetchAsync("x", Hub.CurrentCommit);
        Assert.Contains(Hub.CurrentCommit, path);
        Assert.Single(Hub.Gets);
    }

    [Fact]
    public async Task Progress_goes_from_the_first_byte_to_ready()
    {
        byte[] content = Hub.AddLarge("x", 3 << 20);
        await _fixture.FetchAsync("x");
        IReadOnlyList<HubProgress> reports = _fixture.Progress.Reports;
        Assert.Equal(new HubProgress("x", HubStage.Downloading, 0, content.Length), reports[0]);
        Assert.Equal(new HubProgress("x", HubStage.Ready, content.Length, content.Length), reports[^1]);
        Assert.Equal(new HubProgress("x", HubStage.Verifying, content.Length, content.Length), reports[^2]);
        long[] bytes = [.. reports.Select(report => report.Bytes)];
        Assert.Equal(bytes.Order(), bytes);
        Assert.InRange(reports.Count(report => report.Stage == HubStage.Downloading), 3, 6);
    }

    [Fact]
    public async Task A_file_larger_than_the_limit_is_not_begun()
    {
        Hub.AddLarge("x", 1001);
        _fixture.Options = _fixture.Options with { LargestFile = 1000 };
        HubException error = await _fixture.FailAsync("x");
        Assert.Equal(HubFailure.TooLarge, error.Failure);
        Assert.Empty(Hub.Gets);
    }

    [Fact]
    public async Task A_cache_folder_that_cannot_be_written_is_named()
    {
        Hub.AddLarge("x", 10);
        string file = Path.Combine(_fixture.Folder, "file");
        File.WriteAllText(file, "");
        _fixture.Options = _fixture.Options with { CacheFolder = Path.Combine(file, "below") };
        HubException error = await _fixture.FailAsync("x");
        Assert.Equal(HubFailure.Storage, error.Failure);
        Assert.Contains("HF_HUB_CACHE", error.Message);
    }

    [Fact]
    public async Task A_cancelled_download_keeps_what_it_has_and_continues_later()
    {
        byte[] content = Hub.AddLarge("x", 4 << 20);
        Hub.OnGet = (attempt, _, honest) => attempt == 1 ? honest with { StallAfter = 3 << 20 } : honest;
        using var stop = new CancellationTokenSource();
        _fixture.Progress.Then = report =>
        {
            if (report.Bytes >= 2 << 20)
            {
                stop.Cancel();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _fixture.FetchAsync("x", cancellation: stop.Token));
        var partial = new FileInfo(Path.Combine(_fixture.Repository, "blobs", Hub.HashOf("x") + ".incomplete"));
        Assert.InRange(partial.Length, 2 << 20, 3 << 20);

        _fixture.Progress.Then = null;
        Assert.Equal(content, File.ReadAllBytes(await _fixture.FetchAsync("x")));
        Assert.Equal(partial.Length, Hub.Gets[1].From);
        partial.Refresh();
        Assert.False(partial.Exists);
    }

    [Fact]
    public async Task A_download_that_is_cancelled_before_it_begins_asks_nothing()
    {
        Hub.AddLarge("x", 10);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _fixture.FetchAsync("x", cancellation: new CancellationToken(canceled: true)));
        Assert.Empty(Hub.Requests);
    }
}
