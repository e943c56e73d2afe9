using System.Text.Json;
using Deep.Media;
using Deep.NFNets;

namespace Deep.Cli.Tests.Commands;

public sealed class TrainImagesTests(WorkFolder folder) : IClassFixture<WorkFolder>
{
    private static readonly string[] Short = ["--epochs", "4", "--batch", "6", "--threads", "1", "--device", "cpu"];

    [Fact]
    public void A_run_leaves_the_model_the_history_and_the_curves()
    {
        var set = folder.PictureSet("train-folder", 10);
        var run = Train(set, "run");

        Assert.DoesNotContain('\u001b', run.Output);
        Assert.Contains("test accuracy", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            ["best.safetensors", "curves.png", "history.jsonl", "log.jsonl", "model.safetensors", "settings.json"],
            Directory.EnumerateFiles(folder.At("run")).Select(Path.GetFileName).Order());
        var history = File.ReadAllLines(folder.At("run", "history.jsonl"));
        Assert.Equal(4, history.Length);
        using var last = JsonDocument.Parse(history[^1]);
        Assert.Equal(4, last.RootElement.GetProperty("epoch").GetDouble());
        Assert.InRange(Picture.Open(folder.At("run", "curves.png")).Width, 1000, 4000);

        using var classifier = ImageClassifier.Load(folder.At("run", "model.safetensors"));
        Assert.Equal(WorkFolder.Labels, classifier.Labels);
    }

    [Fact]
    public void Colours_are_learned_from_a_zip_with_every_part_of_the_recipe()
    {
        var zip = WorkFolder.Zip(folder.PictureSet("colours", 20));
        Train(
            zip, "colours-run", "--epochs", "30", "--batch", "10", "--test-every", "15", "--ema", "0.9", "--multiplicity", "2",
            "--mixup", "0.2", "--cutmix", "1", "--lr", "0.2");
        using var classifier = ImageClassifier.Load(folder.At("colours-run", "model.safetensors"));
        for (var label = 0; label < 3; label++)
        {
            var unseen = folder.Draw("new.png", label, seed: 1000 + label);
            Assert.Equal(label, classifier.Classify(unseen, top: 1)[0].Index);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_and_another_seed_others()
    {
        var set = folder.PictureSet("seeded", 6);
        var first = Weights("7", "first");
        Assert.Equal(first, Weights("7", "second"));
        Assert.NotEqual(first, Weights("8", "third"));

        byte[] Weights(string seed, string name)
        {
            Train(set, name, "--seed", seed).Succeeded();
            return File.ReadAllBytes(folder.At(name, "model.safetensors"));
        }
    }

    [Theory]
    [InlineData("--optimizer adamw --lr 0.001")]
    [InlineData("--optimizer lamb --lr 0.01")]
    [InlineData("--sam 0.05 --ascent 0.5")]
    [InlineData("--asam 0.5 --clip-norm 1")]
    public void Every_method_changes_what_is_learned(string options)
    {
        var set = folder.PictureSet("methods", 4);
        Train(set, "plain-run", "--fresh", "--workers", "0");
        Train(set, "method-run", ["--fresh", .. options.Split(' ')]);
        Assert.NotEqual(Weights("plain-run"), Weights("method-run"));

        byte[] Weights(string name) => File.ReadAllBytes(folder.At(name, "model.safetensors"));
    }

    [Fact]
    public void A_run_ends_early_when_its_tests_bring_nothing_better()
    {
        var run = Train(folder.PictureSet("early", 4), "early-run", "--epochs", "60", "--early-stop", "2", "--lr", "0.000001");
        Assert.InRange(File.ReadAllLines(folder.At("early-run", "history.jsonl")).Length, 2, 59);
        Assert.Contains("The model: ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Looking_for_a_learning_rate_prints_losses_and_a_suggestion_and_trains_nothing()
    {
        var run = Train(folder.PictureSet("rates", 6), "rates-run", "--find-lr");
        Assert.Matches(@"The loss falls fastest at --lr \S+ and is lowest at \S+;", run.Output);
        Assert.InRange(run.Output.Split('\n').Length, 8, 40);
        Assert.False(Directory.Exists(folder.At("rates-run")));
    }

    [Fact]
    public void Workers_change_no_bit()
    {
        var set = folder.PictureSet("worked", 4);
        Train(set, "no-workers", "--workers", "0", "--mixup", "0.2");
        Train(set, "two-workers", "--workers", "2", "--mixup", "0.2");
        Assert.Equal(
            File.ReadAllBytes(folder.At("no-workers", "model.safetensors")),
            File.ReadAllBytes(folder.At("two-workers", "model.safetensors")));
    }

    [Fact]
    public void On_a_terminal_a_run_ends_as_well()
    {
        var set = folder.PictureSet("watched", 4);
        ToolRun.OnTerminal(
            ["train", "images", set, "--model", folder.Config(), "--out", folder.At("watched-run"), .. Short]).Succeeded();
        Assert.Equal(4, File.ReadAllLines(folder.At("watched-run", "history.jsonl")).Length);
    }

    [Fact]
    public void A_test_folder_beside_the_training_folder_is_what_is_tested_on()
    {
        folder.PictureSet(Path.Combine("parts", "train"), 6);
        folder.PictureSet(Path.Combine("parts", "test"), 2);
        var run = Train(folder.At("parts"), "parts-run");
        Assert.Contains("18 pictures of 16 px to train on, 6 to test on, 3 classes", run.Output, StringComparison.Ordinal);
    }

    // A short run, but for the options given.
    private ToolRun Train(string data, string run, params string[] options)
    {
        string[] rest = [.. Short.Chunk(2).Where(pair => !options.Contains(pair[0])).SelectMany(pair => pair)];
        return ToolRun.Of(
            ["train", "images", data, "--model", folder.Config(), "--out", folder.At(run), .. options, .. rest], default).Succeeded();
    }
}
