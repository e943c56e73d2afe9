using Deep.Media;

namespace Deep.Cli.Tests.Commands;

public sealed class AugmentationSheetTests(WorkFolder folder) : IClassFixture<WorkFolder>
{
    [Fact]
    public void The_sheet_has_a_row_for_each_augmentation_and_no_training_is_done()
    {
        var set = folder.PictureSet("sheet-set", 5);
        var file = folder.At("new", "sheet.png");
        var run = ToolRun.Of(
            "train", "images", set, "--model", folder.Config(), "--rand-augment", "2,9", "--cutout", "4", "--out", folder.At("none"),
            "--show-augmentations", file).Succeeded();

        // Original, crop, flip, cutout, RandAugment, mixup, cutmix, all together, and the 16 operations.
        Assert.Contains($"24 rows: {file}", run.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.At("none")));
        var sheet = Picture.Open(file);
        Assert.Equal(24 + 44 + (24 * (104 + 20 + 16)) - 16 + 24, sheet.Height);

        // Two draws of a picture of each of the three classes.
        Assert.Equal(24 + 168 + (6 * (104 + 20 + 16)) - 16 + 24, sheet.Width);
        ToolRun.Of(
            "train", "images", set, "--model", folder.Config(), "--rand-augment", "2,9", "--cutout", "4",
            "--show-augmentations", folder.At("again.png")).Succeeded();
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(folder.At("again.png")));
    }

    [Fact]
    public void A_run_trains_with_every_augmentation()
    {
        var set = folder.PictureSet("augmented-set", 6);
        ToolRun.Of(
            "train", "images", set, "--model", folder.Config(), "--epochs", "2", "--batch", "6", "--threads", "1", "--device", "cpu",
            "--rand-augment", "4,5,deepmind", "--cutout", "4", "--resized-crop", "0.3", "--mixup", "0.2", "--cutmix", "1",
            "--out", folder.At("augmented-run")).Succeeded();
        var changed = ToolRun.Of(
            "train", "images", set, "--model", folder.Config(), "--epochs", "2", "--batch", "6", "--threads", "1", "--device", "cpu",
            "--rand-augment", "4,6,deepmind", "--cutout", "4", "--resized-crop", "0.3", "--mixup", "0.2", "--cutmix", "1",
            "--out", folder.At("augmented-run")).Sentence();
        Assert.Contains("--rand-augment", changed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--rand-augment", "9")]
    [InlineData("--rand-augment", "2,31")]
    [InlineData("--rand-augment", "0,9")]
    [InlineData("--rand-augment", "2,9,google")]
    [InlineData("--cutout", "3")]
    [InlineData("--resized-crop", "1.5")]
    [InlineData("--resized-crop", "0")]
    public void An_impossible_augmentation_is_refused_by_its_option(string option, string value)
    {
        var set = folder.PictureSet("refused-set", 2);
        Assert.Contains(option, ToolRun.Of("train", "images", set, option, value).Sentence(), StringComparison.Ordinal);
    }
}
