namespace Deep.Cli.Tests.Commands;

public sealed class TrainingInputTests(WorkFolder folder) : IClassFixture<WorkFolder>
{
    [Fact]
    public void An_empty_class_is_named()
    {
        var set = folder.PictureSet("with-empty", 3);
        Directory.CreateDirectory(Path.Combine(set, "violet"));
        Assert.Contains("violet", Train(set).Sentence(), StringComparison.Ordinal);
    }

    [Fact]
    public void Unreadable_pictures_are_named_and_training_goes_on_up_to_the_limit()
    {
        var set = folder.PictureSet("damaged", 5);
        File.WriteAllText(Path.Combine(set, "red", "broken.png"), "no picture");
        File.WriteAllBytes(Path.Combine(set, "blue", "empty.jpg"), []);

        var run = Train(set, "--unreadable", "2").Succeeded();
        var warnings = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, warnings.Length);
        Assert.Contains("blue/empty.jpg", warnings[0], StringComparison.Ordinal);
        Assert.Contains("red/broken.png", warnings[1], StringComparison.Ordinal);
        Assert.Contains("13 pictures of 16 px to train on, 2 to test on", run.Output, StringComparison.Ordinal);

        Assert.Matches("blue/empty.jpg|red/broken.png", Train(set, "--unreadable", "1").Sentence());
    }

    [Fact]
    public void A_list_names_pictures_and_labels_and_a_row_without_a_label_is_named()
    {
        var set = folder.PictureSet("listed", 4);
        var rows = Directory.EnumerateFiles(set, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => $"{Path.GetRelativePath(set, file)},{Path.GetFileName(Path.GetDirectoryName(file))}");
        var list = Path.Combine(set, "list.csv");
        File.WriteAllLines(list, rows.Prepend("path,label"));
        Assert.Contains("11 pictures of 16 px to train on, 1 to test on, 3 classes", Train(list).Succeeded().Output, StringComparison.Ordinal);

        File.AppendAllText(list, "red/lonely.png\n");
        var sentence = Train(list).Sentence();
        Assert.Contains("list.csv, line 14", sentence, StringComparison.Ordinal);
        Assert.Contains("2 fields", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Event_files_are_written_where_they_are_asked_for()
    {
        Train(folder.PictureSet("watched", 4), "--tensorboard").Succeeded();
        Assert.NotEmpty(Directory.EnumerateFiles(folder.At("run-watched", "tensorboard"), "events.out.tfevents.*"));
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_run_with_its_step_and_advice()
    {
        var sentence = Train(folder.PictureSet("absurd", 6), "--lr", "1e30", "--clipping", "0", "--warmup", "0").Sentence();
        Assert.Matches("stopped at step [0-9]+", sentence);
        Assert.Contains("learning rate", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--multiplicity 2", "6 updates, 36 gradient evaluations of pictures, 2 passes")]
    [InlineData("--multiplicity 3 --regime fixed-unique", "2 updates, 36 gradient evaluations of pictures, 1.33 passes")]
    [InlineData("--micro-batches 3 --schedule stable-decay", "2 updates, 12 gradient evaluations of pictures, 1.33 passes")]
    public void The_budget_says_what_copies_cost(string options, string budget)
    {
        var set = folder.PictureSet("budget", 4);
        var run = Train(set, ["--epochs", "2", "--test-fraction", "0.25", .. options.Split(' ')]).Succeeded();
        Assert.Contains("9 pictures of 16 px to train on", run.Output, StringComparison.Ordinal);
        Assert.Contains($"Budget: {budget}", run.Output, StringComparison.Ordinal);
    }

    private ToolRun Train(string data, params string[] options) => ToolRun.Of(
        [
            "train", "images", data, "--model", folder.Config(), "--batch", "6", "--threads", "1", "--device", "cpu",
            "--fresh", "--out", folder.At("run-" + Path.GetFileName(data)), "--test-every", "2",
            .. options.Contains("--epochs") ? Array.Empty<string>() : ["--epochs", "2"], .. options,
        ],
        default);
}
