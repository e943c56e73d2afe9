using System.Text.Json;

namespace Deep.Cli.Tests.Commands;

public sealed class InfoTests(WorkFolder folder) : IClassFixture<WorkFolder>
{
    [Theory]
    [InlineData("F0", 71_489_284, 192, 6.98, 256, 12.38)]
    [InlineData("F4+", 524_950_000, 384, 187.62, 512, 333.39)]
    [InlineData("eca_nfnet_l0", 24_143_924, 224, 4.25, 288, 7.02)]
    public void A_variant_costs_what_is_published(
        string variant, long parameters, int trainSize, double trainGiga, int testSize, double testGiga)
    {
        // The paper's table rounds the large ones to 10,000.
        var rounding = parameters % 10_000 == 0 ? 5_000 : 0;
        using var document = JsonDocument.Parse(ToolRun.Of("info", variant, "--json").Succeeded().Output);
        var network = document.RootElement.GetProperty("network");
        Assert.InRange(network.GetProperty("parameters").GetInt64(), parameters - rounding, parameters + rounding);
        Check(network.GetProperty("train"), trainSize, trainGiga);
        Check(network.GetProperty("test"), testSize, testGiga);

        static void Check(JsonElement cost, int size, double giga)
        {
            Assert.Equal(size, cost.GetProperty("size").GetInt32());
            Assert.Equal(giga, cost.GetProperty("multiplyAdds").GetDouble() / 1e9, 0.02);
        }
    }

    [Fact]
    public void Without_a_name_all_variants_are_listed()
    {
        var lines = ToolRun.Of("info").Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 60, $"{lines.Length} lines");
        Assert.Contains(lines, line => line.StartsWith("dm_nfnet_f0 ", StringComparison.Ordinal));
    }

    [Fact]
    public void Layers_are_listed_with_the_shape_of_their_output() =>
        Assert.Matches(
            @"stages\.3\.2\.conv3 +Convolution +\[1536, 768, 1, 1\] +\[1536, 8, 8\]",
            ToolRun.Of("info", "F0", "--layers").Succeeded().Output);

    [Fact]
    public void A_file_shows_its_metadata_and_tensors()
    {
        var run = ToolRun.Of("info", folder.Model(), "--layers").Succeeded();
        Assert.Contains("deep.labels", run.Output, StringComparison.Ordinal);
        Assert.Contains("head.fc.weight", run.Output, StringComparison.Ordinal);

        using var document = JsonDocument.Parse(ToolRun.Of("info", folder.Model(), "--json").Succeeded().Output);
        Assert.Equal(new FileInfo(folder.Model()).Length, document.RootElement.GetProperty("fileBytes").GetInt64());
    }
}
