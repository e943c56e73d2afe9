using System.Text.Json;
using Deep.Hub;

namespace Deep.Tests.Hub;

public sealed class HubModelTests : IDisposable
{
    private readonly HubFixture _fixture = new();

    private LoopbackHub Hub => _fixture.Hub;

    private HubCache Cache => _fixture.Cache;

    public void Dispose() => _fixture.Dispose();

    private Task<HubException> FailAsync(HubReference reference) =>
        Assert.ThrowsAsync<HubException>(() => Cache.ResolveModelAsync(reference));

    private static string Name(string path) => Path.GetFileName(path);

    private void AddIndex(string name, params string[] shards) => Hub.AddSmall(
        name,
        JsonSerializer.Serialize(new
        {
            metadata = new { total_size = 1 },
            weight_map = shards.SelectMany((shard, i) => new[] { ($"a{i}", shard), ($"b{i}", shard) }).ToDictionary(),
        }));

    [Fact]
    public async Task Safetensors_come_before_pickles()
    {
        byte[] content = Hub.AddLarge("model.safetensors", 1000);
        Hub.AddLarge("pytorch_model.bin", 1000);
        Hub.AddSmall("config.json", "{}");
        HubModel model = await Cache.ResolveModelAsync(LoopbackHub.Reference);
        Assert.Equal("model.safetensors", Name(model.Weights));
        Assert.Equal(content, File.ReadAllBytes(model.Weights));
        Assert.Equal([model.Weights], model.Shards);
        Assert.Equal("config.json", Name(model.Config!));
        Assert.Equal(new HubReference(LoopbackHub.Repository, LoopbackHub.Commit), model.Reference);
    }

    [Fact]
    public async Task Pickles_are_taken_where_there_is_nothing_else()
    {
        Hub.AddLarge("pytorch_model.bin", 1000);
        HubModel model = await Cache.ResolveModelAsync(LoopbackHub.Reference);
        Assert.Equal("pytorch_model.bin", Name(model.Weights));
        Assert.Null(model.Config);
    }

    [Fact]
    public async Task All_shards_of_an_index_lie_beside_it()
    {
        string[] shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
        AddIndex("model.safetensors.index.json", shards);
        foreach (string shard in shards)
        {
            Hub.AddLarge(shard, 500);
        }

        HubModel model = await Cache.ResolveModelAsync(LoopbackHub.Reference);
        Assert.Equal("model.safetensors.index.json", Name(model.Weights));
        Assert.Equal(shards, model.Shards.Select(Name));
        string? folder = Path.GetDirectoryName(model.Weights);
        Assert.All(model.Shards, shard => Assert.Equal(folder, Path.GetDirectoryName(shard)));
        Assert.All(model.Shards, shard => Assert.True(File.Exists(shard)));
    }

    [Theory]
    [InlineData("../../../../outside.safetensors")]
    [InlineData("/outside.safetensors")]
    [InlineData("..\\outside.safetensors")]
    [InlineData("")]
    public async Task An_index_that_names_a_file_outside_is_refused(string shard)
    {
        AddIndex("model.safetensors.index.json", shard);
        HubException error = await FailAsync(LoopbackHub.Reference);
        Assert.Equal(HubFailure.InvalidName, error.Failure);
        Assert.All(Hub.Gets, request => Assert.EndsWith("index.json", request.Path));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"weight_map\": 1}")]
    [InlineData("{\"weight_map\": {}}")]
    [InlineData("{\"weight_map\": {\"a\": 1}}")]
    public async Task An_index_that_is_none_is_reported(string text)
    {
        Hub.AddSmall("model.safetensors.index.json", text);
        HubException error = await FailAsync(LoopbackHub.Reference);
        Assert.Equal(HubFailure.Damaged, error.Failure);
        Assert.Contains("model.safetensors.index.json", error.Message);
    }

    [Fact]
    public async Task A_shard_that_is_missing_is_named()
    {
        AddIndex("model.safetensors.index.json", "one.safetensors", "two.safetensors");
        Hub.AddLarge("one.safetensors", 10);
        HubException error = await FailAsync(LoopbackHub.Reference);
        Assert.Equal(HubFailure.NotFound, error.Failure);
        Assert.Contains("two.safetensors", error.Message);
    }

    [Fact]
    public async Task A_repository_without_weights_says_what_was_looked_for()
    {
        Hub.AddSmall("README.md", "x");
        HubException error = await FailAsync(LoopbackHub.Reference);
        Assert.Equal(HubFailure.NotFound, error.Failure);
        Assert.Contains("model.safetensors, ", error.Message);
        Assert.Contains("pytorch_model.bin", error.Message);
    }

    [Fact]
    public async Task A_repository_that_does_not_exist_is_asked_for_once()
    {
        HubException error = await FailAsync(new("timm/none", "main"));
        Assert.Contains("no repository timm/none", error.Message);
        Assert.Single(Hub.Requests);
    }

    [Fact]
    public async Task A_mirror_that_does_not_say_what_is_missing_still_gives_the_weights()
    {
        Hub.AddLarge("pytorch_model.bin", 10);
        Hub.OnHead = (_, _, honest) => honest.Status == 404 ? Reply.Empty(404) : honest;
        Assert.Equal("pytorch_model.bin", Name((await Cache.ResolveModelAsync(LoopbackHub.Reference)).Weights));
    }

    [Fact]
    public async Task All_files_are_of_the_commit_that_answered_first()
    {
        Hub.AddLarge("model.safetensors", 10);
        Hub.AddSmall("config.json", "{}");
        await Cache.ResolveModelAsync(LoopbackHub.Reference);
        Assert.Equal("main", Hub.Requests[0].Path.Split('/')[4]);
        Assert.All(Hub.Requests.Skip(1), request => Assert.Equal(LoopbackHub.Commit, request.Path.Split('/')[4]));
    }

    [Fact]
    public async Task A_model_that_is_here_needs_no_network()
    {
        Hub.AddLarge("model.safetensors", 10);
        await Cache.ResolveModelAsync(LoopbackHub.Reference);
        int requests = Hub.Requests.Count;
        HubModel again = Cache.ResolveModel(LoopbackHub.Reference);
        Assert.Equal(requests, Hub.Requests.Count);
        _fixture.Options = _fixture.Options with { Offline = true };
        Assert.Equal(again.Weights, (await Cache.ResolveModelAsync(LoopbackHub.Reference)).Weights);
        Assert.Equal(again.Weights, Cache.FindLocalModel(LoopbackHub.Reference)!.Weights);
        Assert.Equal(requests, Hub.Requests.Count);
    }

    [Fact]
    public async Task Offline_weights_in_the_cache_need_no_configuration()
    {
        byte[] content = Hub.AddLarge("pytorch_model.bin", 10);
        _fixture.Store(LoopbackHub.Commit, "pytorch_model.bin", content, Hub.HashOf("pytorch_model.bin"));
        _fixture.Options = _fixture.Options with { Offline = true, VerifyCached = true };
        HubModel model = await Cache.ResolveModelAsync(LoopbackHub.Reference);
        Assert.Equal("pytorch_model.bin", Name(model.Weights));
        Assert.Null(model.Config);
        Assert.Empty(Hub.Requests);
    }

    [Fact]
    public async Task A_model_of_which_a_shard_is_missing_here_is_not_here()
    {
        AddIndex("model.safetensors.index.json", "one.safetensors");
        Hub.AddLarge("one.safetensors", 10);
        HubModel model = await Cache.ResolveModelAsync(LoopbackHub.Reference);
        File.Delete(model.Shards[0]);
        Assert.Null(Cache.FindLocalModel(LoopbackHub.Reference));
        Assert.NotNull(await Cache.ResolveModelAsync(LoopbackHub.Reference));
    }

    [Fact]
    public async Task A_damaged_index_is_reported_and_healed_when_verification_is_asked_for()
    {
        const string Index = "model.safetensors.index.json";
        AddIndex(Index, "one.safetensors");
        Hub.AddLarge("one.safetensors", 10);
        HubModel model = await Cache.ResolveModelAsync(LoopbackHub.Reference);
        File.WriteAllText(Path.Combine(_fixture.Repository, "blobs", Hub.HashOf(Index)), "damaged");
        Assert.Equal(HubFailure.Damaged, (await FailAsync(LoopbackHub.Reference)).Failure);
        _fixture.Options = _fixture.Options with { VerifyCached = true };
        Assert.Equal(model.Shards, (await Cache.ResolveModelAsync(LoopbackHub.Reference)).Shards);
    }

    [Fact]
    public async Task A_configuration_of_absurd_size_is_refused()
    {
        Hub.AddLarge("model.safetensors", 10);
        Hub.AddSmall("config.json", "{}");
        Hub.OnHead = (_, request, honest) => request.Path.EndsWith("config.json", StringComparison.Ordinal)
            ? honest with { ClaimedLength = ModelFiles.LargestText + 1 }
            : honest;
        HubException error = await FailAsync(LoopbackHub.Reference);
        Assert.Equal(HubFailure.TooLarge, error.Failure);
    }
}
