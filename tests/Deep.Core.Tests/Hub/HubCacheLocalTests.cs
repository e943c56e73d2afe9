using System.Security.Cryptography;
using Deep.Hub;

namespace Deep.Tests.Hub;

public sealed class HubCacheLocalTests : IDisposable
{
    private static readonly byte[] Weights = LoopbackHub.Content("weights", 1000);
    private static readonly string Hash = Convert.ToHexStringLower(SHA256.HashData(Weights));

    private readonly HubFixture _fixture = new();

    private HubCache Cache => _fixture.Cache;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void A_branch_is_found_through_its_ref()
    {
        string path = _fixture.Store(LoopbackHub.Commit, "model.safetensors", Weights, Hash);
        Assert.Equal(path, Cache.FindLocal(LoopbackHub.Reference, "model.safetensors"));
        Assert.Equal(Weights, File.ReadAllBytes(path));
        Assert.Empty(_fixture.Hub.Requests);
    }

    [Fact]
    public void A_commit_is_found_without_a_ref()
    {
        string path = _fixture.Store(LoopbackHub.Commit, "model.safetensors", Weights, Hash, branch: null);
        Assert.Equal(path, Cache.FindLocal(new(LoopbackHub.Repository, LoopbackHub.Commit), "model.safetensors"));
        Assert.Null(Cache.FindLocal(LoopbackHub.Reference, "model.safetensors"));
    }

    [Fact]
    public void Files_in_folders_and_with_foreign_letters_are_found()
    {
        string path = _fixture.Store(LoopbackHub.Commit, "onnx/größe 日本語.bin", Weights, Hash);
        Assert.Equal(path, Cache.FindLocal(LoopbackHub.Reference, "onnx/größe 日本語.bin"));
    }

    [Fact]
    public void A_revision_with_slashes_is_found()
    {
        string path = _fixture.Store(LoopbackHub.Commit, "x", Weights, Hash, branch: null);
        Directory.CreateDirectory(Path.Combine(_fixture.Repository, "refs", "refs", "pr"));
        File.WriteAllText(Path.Combine(_fixture.Repository, "refs", "refs", "pr", "7"), LoopbackHub.Commit + "\n");
        Assert.Equal(path, Cache.FindLocal(new(LoopbackHub.Repository, "refs/pr/7"), "x"));
    }

    [Fact]
    public void An_empty_cache_holds_nothing()
    {
        Assert.Null(Cache.FindLocal(LoopbackHub.Reference, "model.safetensors"));
        Assert.Null(Cache.FindLocalModel(LoopbackHub.Reference));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_fixture.Folder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("main")]
    [InlineData("../../../etc")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF01234567")]
    public void A_ref_that_holds_no_commit_is_ignored(string content)
    {
        _fixture.Store(LoopbackHub.Commit, "x", Weights, Hash);
        File.WriteAllText(Path.Combine(_fixture.Repository, "refs", "main"), content);
        Assert.Null(Cache.FindLocal(LoopbackHub.Reference, "x"));
    }

    [Fact]
    public async Task A_link_whose_blob_is_gone_is_not_a_file_and_is_fetched_again()
    {
        byte[] content = _fixture.Hub.AddLarge("x", 5000);
        string path = _fixture.Store(LoopbackHub.Commit, "x", content, _fixture.Hub.HashOf("x"));
        File.Delete(Path.Combine(_fixture.Repository, "blobs", _fixture.Hub.HashOf("x")));
        Assert.Null(Cache.FindLocal(LoopbackHub.Reference, "x"));
        Assert.Equal(path, await _fixture.FetchAsync("x"));
        Assert.Equal(content, File.ReadAllBytes(path));
    }

    [Fact]
    public async Task A_cached_file_needs_no_network()
    {
        string path = _fixture.Store(LoopbackHub.Commit, "x", Weights, Hash);
        Assert.Equal(path, await _fixture.FetchAsync("x"));
        Assert.Equal(path, Cache.Resolve(LoopbackHub.Reference, "x"));
        Assert.Empty(_fixture.Hub.Requests);
    }

    [Fact]
    public async Task Offline_a_missing_file_is_named_with_the_way_out()
    {
        _fixture.Options = _fixture.Options with { Offline = true };
        HubException error = await _fixture.FailAsync("model.safetensors");
        Assert.Equal(HubFailure.Offline, error.Failure);
        Assert.Contains("model.safetensors of hf:timm/tiny.test@main", error.Message);
        Assert.Contains(_fixture.Folder, error.Message);
        Assert.Contains("HF_HUB_OFFLINE", error.Message);
    }

    [Fact]
    public async Task Offline_a_file_known_not_to_exist_is_reported_as_such()
    {
        _fixture.Options = _fixture.Options with { Offline = true };
        _fixture.Store(LoopbackHub.Commit, "x", Weights, Hash);
        string marker = Path.Combine(_fixture.Repository, ".no_exist", LoopbackHub.Commit, "config.json");
        Directory.CreateDirectory(Path.GetDirectoryName(marker)!);
        File.WriteAllText(marker, "");
        Assert.Equal(HubFailure.NotFound, (await _fixture.FailAsync("config.json")).Failure);
        Assert.Equal(HubFailure.Offline, (await _fixture.FailAsync("other.json")).Failure);
    }

    [Fact]
    public async Task A_damaged_blob_is_found_when_verification_is_asked_for()
    {
        byte[] damaged = [.. Weights];
        damaged[500] ^= 1;
        _fixture.Store(LoopbackHub.Commit, "x", damaged, Hash);
        _fixture.Options = _fixture.Options with { Offline = true };
        await _fixture.FetchAsync("x");
        _fixture.Options = _fixture.Options with { VerifyCached = true };
        HubException error = await _fixture.FailAsync("x");
        Assert.Equal(HubFailure.Damaged, error.Failure);
        Assert.Contains("delete it", error.Message);
    }

    [Fact]
    public async Task A_damaged_blob_is_fetched_again()
    {
        byte[] content = _fixture.Hub.AddLarge("x", 5000);
        byte[] damaged = [.. content];
        damaged[4000] ^= 1;
        _fixture.Store(LoopbackHub.Commit, "x", damaged, _fixture.Hub.HashOf("x"));
        _fixture.Options = _fixture.Options with { VerifyCached = true };
        Assert.Equal(content, File.ReadAllBytes(await _fixture.FetchAsync("x")));
        int requests = _fixture.Hub.Requests.Count;
        await _fixture.FetchAsync("x");
        Assert.Equal(requests, _fixture.Hub.Requests.Count);
    }

    [Fact]
    public async Task A_blob_of_the_wrong_size_is_fetched_again_for_the_next_revision()
    {
        byte[] content = _fixture.Hub.AddLarge("x", 5000);
        _fixture.Store(new string('a', 40), "x", content[..100], _fixture.Hub.HashOf("x"));
        Assert.Equal(content, File.ReadAllBytes(await _fixture.FetchAsync("x", LoopbackHub.Commit)));
    }

    [Theory]
    [InlineData("../../secret")]
    [InlineData("..\\..\\secret")]
    [InlineData("/etc/passwd")]
    public async Task A_file_name_that_leaves_the_repository_is_refused_before_any_request(string name)
    {
        Assert.Equal(HubFailure.InvalidName, (await _fixture.FailAsync(name)).Failure);
        Assert.Throws<HubException>(() => Cache.FindLocal(LoopbackHub.Reference, name));
        Assert.Empty(_fixture.Hub.Requests);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_fixture.Folder));
    }
}
