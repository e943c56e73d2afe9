using System.Text.Json;
using Deep.Nowcast;

namespace Deep.Cli.Tests.Commands;

public sealed class NowcastTests : IDisposable
{
    private const int Side = 48;

    private readonly WorkFolder _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public void Radar_files_become_a_forecast_with_maps_and_an_animation()
    {
        var radar = Radar("radar", frames: 4);
        var run = ToolRun.Of("nowcast", "run", radar, "--steps", "3", "--out", _work.At("out")).Succeeded();
        Assert.Contains("extrapolation, 1 member(s)", run.Output, StringComparison.Ordinal);
        Assert.All(["forecast.tif", "maps.png", "animation.gif"], name => Assert.True(File.Exists(Path.Combine(_work.At("out"), name)), name));
    }

    [Fact]
    public void A_forecast_can_be_one_JSON_document()
    {
        var radar = Radar("radar", frames: 4);
        var run = ToolRun.Of("nowcast", "run", radar, "--model", "persistence", "--steps", "2", "--format", "nc", "--json", "--out", _work.At("out")).Succeeded();
        var root = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(2, root.GetProperty("leads").GetArrayLength());
        Assert.Equal("persistence", root.GetProperty("model").GetString());
        Assert.True(File.Exists(Path.Combine(_work.At("out"), "forecast.nc")));
    }

    [Fact]
    public void A_verification_has_persistence_and_extrapolation_in_its_table()
    {
        var radar = Radar("radar", frames: 10);
        var run = ToolRun.Of("nowcast", "verify", radar, "--steps", "3", "--cases", "2", "--members", "2", "--out", _work.At("out")).Succeeded();
        Assert.Contains("persistence", run.Output, StringComparison.Ordinal);
        Assert.Contains("extrapolation", run.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_work.At("out", "report.html")));
    }

    [Fact]
    public void The_model_that_comes_along_forecasts_by_its_name()
    {
        var radar = Radar("radar", frames: 7);
        var run = ToolRun.Of("nowcast", "run", radar, "--model", "dgmr-small", "--members", "2", "--steps", "2", "--out", _work.At("out")).Succeeded();
        Assert.Contains("dgmr-small, 2 member(s)", run.Output, StringComparison.Ordinal);
        var verified = ToolRun.Of(
            "nowcast", "verify", radar, "--model", "dgmr-small", "--steps", "3", "--members", "2", "--out", _work.At("report")).Succeeded();
        Assert.Matches(@"dgmr-small +2 +\d", verified.Output);
    }

    [Fact]
    public void A_training_writes_its_model_and_a_finished_one_is_not_trained_again()
    {
        var radar = Radar("radar", frames: 10);
        var config = _work.At("config.json");
        File.WriteAllText(config, (DgmrConfig.Paper with
        {
            ContextFrames = 2,
            ForecastSteps = 4,
            ContextChannels = 16,
            LatentChannels = 32,
            NoiseChannels = 1,
            SpatialFrames = 2,
            DiscriminatorChannels = 4,
            SpatialBlocks = 0,
            TemporalBlocks = 0,
        }).ToJson());
        string[] Command(int batch) =>
        [
            "nowcast", "train", radar, "--test", radar, "--config", config, "--size", "32", "--steps", "2", "--batch", $"{batch}", "--members", "2",
            "--test-crops", "2", "--threads", "1", "--out", _work.At("out"),
        ];
        var run = ToolRun.Of(Command(2)).Succeeded();
        Assert.Contains("Test CRPS", run.Output, StringComparison.Ordinal);
        var model = _work.At("out", "model.safetensors");
        var written = File.ReadAllBytes(model);
        ToolRun.Of(Command(2)).Succeeded();
        var forecast = ToolRun.Of("nowcast", "run", radar, "--model", model, "--members", "2", "--context", "2", "--steps", "4", "--out", _work.At("forecast"));
        Assert.Contains("model, 2 member(s)", forecast.Succeeded().Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_work.At("forecast", "probability.png")));
        Assert.Equal(written, File.ReadAllBytes(model));
        Assert.Contains("--batch was 2 and is 1", ToolRun.Of(Command(1)).Sentence(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run --members 0", "--members")]
    [InlineData("run --format gif", "--format")]
    [InlineData("verify --above 0,1", "--above")]
    [InlineData("verify --stride 0", "--stride")]
    [InlineData("train --test . --size 33", "--size")]
    [InlineData("train --test . --preset large", "--preset")]
    [InlineData("train", "--test")]
    public void An_option_out_of_its_range_is_named(string commandLine, string option) =>
        Assert.Contains(option, ToolRun.Of(["nowcast", .. commandLine.Split(' '), _work.Root]).Sentence(), StringComparison.Ordinal);

    [Fact]
    public void Too_few_files_and_an_unknown_model_are_one_sentence_each()
    {
        var radar = Radar("radar", frames: 2);
        Assert.Contains("4", ToolRun.Of("nowcast", "run", radar).Sentence(), StringComparison.Ordinal);
        Assert.Contains("nothing.safetensors", ToolRun.Of("nowcast", "run", radar, "--context", "2", "--model", "nothing.safetensors").Sentence(), StringComparison.Ordinal);
        Assert.Contains("fewer --steps", ToolRun.Of("nowcast", "verify", radar).Sentence(), StringComparison.Ordinal);
    }

    private string Radar(string name, int frames)
    {
        var folder = Directory.CreateDirectory(_work.At(name)).FullName;
        var grid = RadarGrid.Plain(Side, Side);
        for (var t = 0; t < frames; t++)
        {
            var values = Enumerable.Range(0, Side * Side)
                .Select(i => (float)Math.Max(0, 12 - (1.2 * Math.Sqrt(Math.Pow((i / Side) - 24, 2) + Math.Pow((i % Side) - 14 - t, 2))))).ToArray();
            var time = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero) + (t * TimeSpan.FromMinutes(5));
            RadarWriter.WriteGeoTiff(Path.Combine(folder, $"{t:D2}.tif"), new RadarField(values, grid, RadarUnit.RainRate, time, TimeSpan.FromMinutes(5)));
        }

        return folder;
    }
}
