using Deep.Checkpoints;
using Deep.NFNets;
using TorchSharp;

namespace Deep.Cli.Tests.Commands;

public sealed class FinetuneImagesTests(WorkFolder folder) : IClassFixture<WorkFolder>
{
    private static readonly string[] Short =
        ["--epochs", "2", "--batch", "8", "--threads", "1", "--device", "cpu", "--test-every", "2"];

    [Fact]
    public void A_pre_trained_file_learns_other_classes_at_another_size_and_is_classified_with()
    {
        var set = folder.PictureSet("other", 8);
        Directory.Move(folder.At("other", "red"), folder.At("other", "crimson"));

        var run = Finetune(set, "tuned", "--model", folder.Model(), "--size", "24", "--epochs", "16", "--lr", "0.1");

        Assert.Contains("small:", run.Output, StringComparison.Ordinal);
        Assert.Contains("pictures of 24 px to train on", run.Output, StringComparison.Ordinal);
        var named = ToolRun.Of(
            "classify", folder.Draw("unseen.png", 2, seed: 99), "--model", folder.At("tuned", "model.safetensors"), "--top", "1");
        Assert.Contains("crimson", named.Succeeded().Output, StringComparison.Ordinal);
        using var network = NFNet.Load(folder.At("tuned", "model.safetensors"));
        Assert.Equal((24, 0.25, 0.1), (network.Config.TrainSize, network.Config.Dropout, network.Config.StochasticDepth));
    }

    [Fact]
    public void A_frozen_body_stays_as_it_was_to_the_bit()
    {
        var set = folder.PictureSet("frozen", 4);
        var run = Finetune(set, "frozen-run", "--model", folder.Model(), "--freeze", "body", "--ema", "0");
        Assert.Contains("0.00 M of them trained", run.Output, StringComparison.Ordinal);

        using var scope = torch.NewDisposeScope();
        using var before = Checkpoint.Open(folder.Model());
        using var after = Checkpoint.Open(folder.At("frozen-run", "model.safetensors"));
        var changed = before.Tensors.Keys.Where(name => before.Read(name).ne(after.Read(name)).any().item<bool>());
        Assert.Equal(["head.fc.bias", "head.fc.weight"], changed.Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("--model cifar")]
    public void Without_another_model_the_tools_own_is_taken_so_that_no_network_is_needed(string model)
    {
        var set = folder.PictureSet("own", 4);
        var run = Finetune(set, "own-run", ["--freeze", "body", "--size", "16", .. model.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Contains("cifar: 2.82 M parameters", run.Output, StringComparison.Ordinal);
        using var classifier = ImageClassifier.Load(folder.At("own-run", "model.safetensors"));
        Assert.Equal(WorkFolder.Labels, classifier.Labels);
    }

    [Fact]
    public void More_stages_than_there_are_cannot_be_frozen()
    {
        var sentence = ToolRun.Of(
            "finetune", "images", folder.PictureSet("deep", 4), "--model", folder.Model(), "--freeze", "9", "--batch", "8",
            "--out", folder.At("never")).Sentence();
        Assert.Contains("at most the network's 2 stages", sentence, StringComparison.Ordinal);
    }

    private ToolRun Finetune(string data, string run, params string[] options)
    {
        string[] rest = [.. Short.Chunk(2).Where(pair => !options.Contains(pair[0])).SelectMany(pair => pair)];
        return ToolRun.Of(["finetune", "images", data, "--fresh", "--out", folder.At(run), .. options, .. rest], default).Succeeded();
    }
}
