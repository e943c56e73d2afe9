using System.Security.Cryptography;
using System.Text;
using Deep.NFNets;
using static TorchSharp.torch;

namespace Deep.Tests.NFNets;

public class StateDictTests
{
    private static readonly string SnapshotFile = Path.Combine(SharedData.Repository, "tests", "Deep.NFNet.Tests",
        "state-dicts.txt");

    [Fact]
    public void Names_and_shapes_of_every_variant_are_those_of_the_snapshot()
    {
        var lines = NFNetConfig.Variants.Values.Select(Line).ToArray();
        Assert.Equal(File.ReadAllLines(SnapshotFile), lines);
    }

    [Theory]
    [InlineData("F0")]
    [InlineData("F1+")]
    [InlineData("NF-RegNet-B1")]
    [InlineData("NF-ResNet-50")]
    [InlineData("dm_nfnet_f0")]
    [InlineData("nfnet_f0")]
    [InlineData("nfnet_l0")]
    [InlineData("eca_nfnet_l1")]
    [InlineData("nf_regnet_b0")]
    [InlineData("nf_resnet26")]
    [InlineData("nf_seresnet50")]
    [InlineData("nf_ecaresnet26")]
    [InlineData("test_nfnet")]
    public void A_network_has_the_parameters_that_its_layers_list_says(string variant)
    {
        using var scope = NewDisposeScope();
        var config = NFNetConfig.Variants[variant];
        using var network = NFNet.Uninitialized(config, device: META);
        var listed = NFNetCost.Layers(config, 64, 64).SelectMany(layer => layer.NamedParameters).Select(p => $"{p.Name} [{string.Join(",", p.Shape)}]");
        var built = network.state_dict().Select(pair => $"{pair.Key} [{string.Join(",", pair.Value.shape)}]");
        Assert.Equal(listed.Order(StringComparer.Ordinal), built.Order(StringComparer.Ordinal));
        Assert.Equal(NFNetCost.Parameters(config), network.parameters().Sum(p => p.numel()));
    }

    private static string Line(NFNetConfig config)
    {
        var parameters = NFNetCost.Layers(config, 32, 32).SelectMany(layer => layer.NamedParameters).ToArray();
        var text = string.Join("\n", parameters.Select(p => $"{p.Name} [{string.Join(",", p.Shape)}]").Order(StringComparer.Ordinal));
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
        return $"{config.Name} {NFNetCost.Parameters(config)} parameters in {parameters.Length} tensors, {hash}";
    }
}
