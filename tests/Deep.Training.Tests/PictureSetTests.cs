using System.IO.Compression;
using Deep.Media;
using Deep.Tests;

namespace Deep.Training.Tests;

public sealed class PictureSetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("deep-training-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SharedFact]
    public void Cifar_is_read_whole_and_in_order()
    {
        var set = PictureSet.Open(SharedData.At("data", "images", "cifar10-subset.zip"), new PictureSetOptions { Split = "test" });
        Assert.Equal((5000, 3, 32, 32), (set.Count, set.Channels, set.Height, set.Width));
        Assert.Equal(["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"], set.Classes);
        Assert.All(set.Labels.ToArray().CountBy(label => label), group => Assert.Equal(500, group.Value));
        Assert.Equal(set.Labels.ToArray().Order(), set.Labels.ToArray());
    }

    [Fact]
    public void A_folder_and_a_zip_of_the_same_pictures_give_the_same_set()
    {
        WritePictures("train");
        File.WriteAllText(Path.Combine(_folder, "train", "b", "notes.txt"), "not a picture");
        var zip = Path.Combine(_folder, "pictures.zip");
        using (var archive = ZipFile.Open(zip, ZipArchiveMode.Create))
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(_folder, "train"), "*", SearchOption.AllDirectories))
            {
                archive.CreateEntryFromFile(file, Path.GetRelativePath(_folder, file));
            }
        }

        var split = new PictureSetOptions { Split = "train" };
        foreach (var set in new[] { PictureSet.Open(_folder, split), PictureSet.Open(zip, split), PictureSet.Open(Path.Combine(_folder, "train")) })
        {
            Assert.Equal(["a", "b"], set.Classes);
            Assert.Equal([0, 0, 1], set.Labels.ToArray());
            Assert.Equal([10, 20, 30], Enumerable.Range(0, 3).Select(i => (int)set[i][0]));
            Assert.Equal((3, 2, 4), (set.Channels, set.Height, set.Width));

            // Channel by channel: all red, then all green, then all blue.
            Assert.Equal(Enumerable.Repeat((byte)10, 8).Concat(Enumerable.Repeat((byte)11, 8)).Concat(Enumerable.Repeat((byte)12, 8)), set[0].ToArray());
        }
    }

    [Fact]
    public void Given_classes_fix_the_indices_and_an_unknown_one_is_named()
    {
        WritePictures("train");
        var options = new PictureSetOptions { Split = "train", Classes = ["z", "b", "a"] };
        Assert.Equal([2, 2, 1], PictureSet.Open(_folder, options).Labels.ToArray());
        Assert.Contains(
            "train/b/3.png", Assert.Throws<ConfigurationException>(() => PictureSet.Open(_folder, options with { Classes = ["a"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unreadable_pictures_are_named_and_left_out_up_to_the_limit()
    {
        WritePictures("train");
        var bad = Path.Combine(_folder, "train", "a", "15.png");
        File.WriteAllText(bad, "no picture");
        var split = new PictureSetOptions { Split = "train" };
        Assert.Equal("train/a/15.png", Assert.Throws<MediaException>(() => PictureSet.Open(_folder, split)).File);
        var set = PictureSet.Open(_folder, split with { UnreadablePictures = 1 });
        Assert.Equal("train/a/15.png", Assert.Single(set.Unreadable).File);
        Assert.Equal([0, 0, 1], set.Labels.ToArray());
        Assert.Equal([10, 20, 30], Enumerable.Range(0, 3).Select(i => (int)set[i][0]));
    }

    [Fact]
    public void Pictures_of_different_sizes_need_a_fit()
    {
        WritePictures("train");
        Write("train/b/4.png", 40, width: 9, height: 5);
        var split = new PictureSetOptions { Split = "train" };
        Assert.Contains("4.png", Assert.Throws<ConfigurationException>(() => PictureSet.Open(_folder, split)).Message, StringComparison.Ordinal);
        var set = PictureSet.Open(_folder, split with { Fit = new EvaluationTransform { Size = 6, CropFraction = 1, Mode = CropMode.Squash } });
        Assert.Equal((4, 6, 6), (set.Count, set.Height, set.Width));
        Assert.Equal(40, set[3][35]);
    }

    [Fact]
    public void Folders_without_pictures_are_refused_with_a_reason()
    {
        var options = new PictureSetOptions { Split = "train" };
        Assert.Contains("exists", Message(Path.Combine(_folder, "nowhere")), StringComparison.Ordinal);
        Assert.Contains("train/<class>/<file>", Message(_folder), StringComparison.Ordinal);
        WritePictures("train");
        Directory.CreateDirectory(Path.Combine(_folder, "train", "c"));
        Assert.Contains("c is empty", Message(_folder), StringComparison.Ordinal);
        var zip = Path.Combine(_folder, "broken.zip");
        File.WriteAllText(zip, "not a zip archive");
        Assert.Contains("broken.zip", Message(zip), StringComparison.Ordinal);

        string Message(string path) => Assert.Throws<ConfigurationException>(() => PictureSet.Open(path, options)).Message;
    }

    [Fact]
    public void Arrays_that_are_no_set_are_refused()
    {
        Assert.Throws<ShapeException>(() => new PictureSet(new byte[11], [0], ["a"], 3, 2, 2));
        Assert.Throws<ConfigurationException>(() => new PictureSet([], [], ["a"], 3, 2, 2));
        Assert.Contains("picture 1", Assert.Throws<ConfigurationException>(
            () => new PictureSet(new byte[24], [0, 1], ["a"], 3, 2, 2)).Message, StringComparison.Ordinal);
    }

    private void WritePictures(string split)
    {
        Write($"{split}/a/1.png", 10);
        Write($"{split}/a/2.png", 20);
        Write($"{split}/b/3.png", 30);
    }

    private void Write(string name, byte value, int width = 4, int height = 2)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var rgb = new byte[width * height * 3];
        for (var i = 0; i < rgb.Length; i++)
        {
            rgb[i] = (byte)(value + (i % 3));
        }

        File.WriteAllBytes(path, new Picture(width, height, rgb).EncodePng());
    }
}
