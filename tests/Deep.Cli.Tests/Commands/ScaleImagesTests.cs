using System.Text.Json;
using Deep.Media;

namespace Deep.Cli.Tests.Commands;

public sealed class ScaleImagesTests(WorkFolder folder) : IClassFixture<WorkFolder>
{
    [Fact]
    public void A_grid_is_trained_fitted_and_drawn_and_the_held_out_run_predicted_first()
    {
        var run = Scale("whole", Grid("whole", heldOut: """{ "width": 2, "epochs": 4 }""")).Succeeded();

        var lines = File.ReadAllLines(folder.At("whole-run", "runs.jsonl"));
        Assert.Equal(6, lines.Length);
        Assert.Contains("\"width\":2,\"epochs\":4", lines[^1], StringComparison.Ordinal);
        Assert.True(
            run.Output.IndexOf("Predicted before it is trained", StringComparison.Ordinal)
            < run.Output.IndexOf("width x 2, 4 epochs: test loss", StringComparison.Ordinal));
        using var prediction = JsonDocument.Parse(File.ReadAllText(folder.At("whole-run", "prediction.json")));
        Assert.InRange(prediction.RootElement.GetProperty("loss").GetDouble(), 0, 3);
        Assert.Contains("R2 =", run.Output, StringComparison.Ordinal);
        Assert.Contains("10 x the compute", run.Output, StringComparison.Ordinal);
        Assert.True(Picture.Open(folder.At("whole-run", "scaling-law.png")).Width >= 800);
    }

    [Fact]
    public void Compute_is_three_passes_over_each_picture()
    {
        Scale("cost", Grid("cost")).Succeeded();

        using var line = JsonDocument.Parse(File.ReadAllLines(folder.At("cost-run", "runs.jsonl"))[0]);
        var record = line.RootElement;
        var config = NFNets.NFNetConfig.FromJson(File.ReadAllText(folder.Config())) with { Classes = 3 };
        var network = config.WithWidth(record.GetProperty("cell").GetProperty("width").GetDouble());
        var expected = 3 * NFNets.NFNetCost.MultiplyAdds(network, 16, 16) * record.GetProperty("steps").GetInt64() * 6;
        Assert.Equal(expected, record.GetProperty("compute").GetDouble());
        Assert.Equal(NFNets.NFNetCost.Parameters(network), record.GetProperty("parameters").GetInt64());
    }

    [Fact]
    public void Runs_that_are_done_are_not_done_again_and_the_grid_may_grow()
    {
        Scale("grown", Grid("grown")).Succeeded();
        var before = File.ReadAllText(folder.At("grown-run", "runs.jsonl"));

        Scale("grown", Grid("grown", epochs: "[1, 2, 4, 3]")).Succeeded();

        var after = File.ReadAllText(folder.At("grown-run", "runs.jsonl"));
        Assert.StartsWith(before, after, StringComparison.Ordinal);
        Assert.Equal(8, after.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void A_folder_with_runs_of_another_grid_is_refused_by_the_field()
    {
        Scale("other", Grid("other")).Succeeded();

        var sentence = Scale("other", Grid("other", rate: "0.5")).Sentence();

        Assert.Contains("learningRate = 0.01, not 0.5", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"widths\": [1], \"epochs\": [1, 2]", "three runs or more")]
    [InlineData("\"widths\": [1, -2], \"epochs\": [1, 2]", "widths")]
    [InlineData("\"widths\": [1, 1], \"epochs\": [1, 2]", "widths")]
    [InlineData("\"widths\": [1, 2], \"epochs\": [1, 2], \"learningRate\": 0", "learningRate")]
    [InlineData("\"widths\": [1, 2], \"epochs\": [1, 2], \"heldOut\": { \"width\": 3, \"epochs\": 1 }", "heldOut")]
    [InlineData("\"widths\": [1, 2], \"epochs\": [1, 2], \"colour\": 1", "colour")]
    [InlineData("\"widths\": [1, 2]", "epochs")]
    public void A_wrong_grid_gets_one_sentence_that_names_the_field(string fields, string named)
    {
        var file = folder.At("wrong.json");
        File.WriteAllText(file, $$"""{ "data": "nowhere", {{fields}} }""");

        Assert.Contains(named, ToolRun.Of("scale", "images", file).Sentence(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_grid_that_is_not_there_is_named() => Assert.Contains(
        "nowhere.json", ToolRun.Of("scale", "images", "nowhere.json").Sentence(), StringComparison.Ordinal);

    private string Grid(string name, string? heldOut = null, string epochs = "[1, 2, 4]", string rate = "0.01")
    {
        if (!Directory.Exists(folder.At(name)))
        {
            folder.PictureSet(name, 10);
        }

        var file = folder.At(name + ".json");
        File.WriteAllText(file, $$"""
            {
              // Relative to the grid's own folder.
              "data": "{{name}}", "model": {{JsonSerializer.Serialize(folder.Config())}}, "batch": 6,
              "widths": [1, 2], "epochs": {{epochs}}, "heldOut": {{heldOut ?? "null"}}, "learningRate": {{rate}}
            }
            """);
        return file;
    }

    private ToolRun Scale(string name, string grid) =>
        ToolRun.Of("scale", "images", grid, "--out", folder.At(name + "-run"), "--threads", "1", "--device", "cpu");
}
