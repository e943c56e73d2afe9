using System.Text.Json;
using Deep.Media;
using Deep.Training.SignalPropagation;

namespace Deep.Cli.Tests.Commands;

public sealed class ProbeTests(WorkFolder folder) : IClassFixture<WorkFolder>
{
    private static readonly string[] Deep36 = ["--layers", "36", "--width", "64", "--context", "64", "--threads", "1", "--device", "cpu"];

    [Fact]
    public void Plain_attention_collapses_and_the_picture_shows_it()
    {
        var run = Probe(["--block", "plain", "--plot", folder.At("plain.png")]);
        Assert.Matches("^rank collapse from layer [0-9]+: plain attention", run.Output);
        Assert.Equal((1720, 404), (Picture.Open(folder.At("plain.png")).Width, Picture.Open(folder.At("plain.png")).Height));
    }

    [Fact]
    public void Exponential_attention_with_exact_factors_is_healthy_and_as_in_theory()
    {
        // One draw of weights; a narrower network strays farther from the theory.
        string[] wide = ["probe", "--rescale", "exact", "--json", "--layers", "36", "--width", "128", "--context", "64", "--threads", "1", "--device", "cpu"];
        using var document = JsonDocument.Parse(ToolRun.Of(wide).Succeeded().Output);
        var root = document.RootElement;
        Assert.Equal("healthy in all 36 layers: E-SPA", root.GetProperty("verdict").GetString());
        Assert.True(root.GetProperty("healthy").GetBoolean());
        var layers = root.GetProperty("layers").EnumerateArray().ToArray();
        Assert.Equal(37, layers.Length);
        Assert.All(layers.Skip(1), layer =>
        {
            Assert.InRange(layer.GetProperty("squaredNorm").GetDouble(), 0.5, 1.6);

            // The factors are those for tokens that are all different; among 64 drawn ones some are the same.
            Assert.Equal(1, layer.GetProperty("theorySquaredNorm").GetDouble(), 0.1);
            Assert.Equal(layer.GetProperty("theoryNeighbourCosine").GetDouble(), layer.GetProperty("neighbourCosine").GetDouble(), 0.15);
        });
    }

    [Fact]
    public void A_configuration_and_a_saved_model_are_probed_with_a_text_or_without()
    {
        var config = folder.At("transformer.json");
        File.WriteAllText(config, VanillaTransformerConfig.ForText(BlockKind.PreLN, 4, 16, 2, 256, 32).ToJson());
        Assert.Contains("pre-LN", Probe([config]).Output, StringComparison.Ordinal);
        Assert.Contains("pre-LN", Probe([config, "--text", folder.Text("probed.txt")]).Output, StringComparison.Ordinal);
        var model = folder.LanguageModel();
        Assert.Contains("E-SPA", Probe([model]).Output, StringComparison.Ordinal);
        Assert.Contains("E-SPA", Probe([model, "--text", folder.At("language.txt"), "--length", "12", "--batch", "2"]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_has_a_row_for_the_embedding_and_the_last_layer()
    {
        var lines = Probe(["--block", "value-skipinit"]).Output.Split('\n');
        Assert.Contains(lines, line => line.TrimStart().StartsWith("0  embedding", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.TrimStart().StartsWith("36  value-skipinit", StringComparison.Ordinal));
    }

    private static ToolRun Probe(string[] options) => ToolRun.Of(["probe", .. options, .. Deep36]).Succeeded();
}
