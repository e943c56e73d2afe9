using Deep.Checkpoints;
using TorchSharp;

namespace Deep.Cli.Tests.Commands;

public sealed class ConvertTests(WorkFolder folder) : IClassFixture<WorkFolder>
{
    [Theory]
    [InlineData("a.pth", "")]
    [InlineData("b.npz", "")]
    [InlineData("c.npz", "--naming deepmind")]
    [InlineData("d.safetensors", "--naming deepmind")]
    public void There_and_back_gives_the_same_bits(string name, string options)
    {
        var there = folder.At(name);
        var back = folder.At(name + ".back.safetensors");
        string[] naming = options.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        ToolRun.Of(["convert", folder.Model(), there, .. naming], default).Succeeded();

        // Where the format has no metadata the file carries no configuration, and no published variant is this small.
        if (options.Length > 0 && name.EndsWith(".npz", StringComparison.Ordinal))
        {
            using var renamed = Checkpoint.Open(there);
            Assert.Contains(renamed.Tensors.Keys, key => key.Contains("stem_conv", StringComparison.Ordinal));
            return;
        }

        string[] timm = options.Length > 0 ? ["--naming", "timm"] : [];
        ToolRun.Of(["convert", there, back, .. timm], default).Succeeded();
        AssertEqual(folder.Model(), back);
    }

    [Fact]
    public void Numbers_change_their_type()
    {
        var half = folder.At("half.safetensors");
        ToolRun.Of("convert", folder.Model(), half, "--dtype", "f16").Succeeded();
        using var checkpoint = Checkpoint.Open(half);
        Assert.All(checkpoint.Tensors.Values, tensor => Assert.Equal(torch.ScalarType.Float16, tensor.Type));
        Assert.Equal(["blue", "green", "red"], Deep.NFNets.NFNetCheckpoint.LabelsOf(checkpoint));
    }

    private static void AssertEqual(string expected, string actual)
    {
        using var left = Checkpoint.Open(expected);
        using var right = Checkpoint.Open(actual);
        Assert.Equal(left.Tensors.Keys.Order(), right.Tensors.Keys.Order());
        foreach (var name in left.Tensors.Keys)
        {
            using var a = left.Read(name);
            using var b = right.Read(name);
            Assert.True(a.shape.SequenceEqual(b.shape) && a.eq(b).all().item<bool>(), name);
        }
    }
}
