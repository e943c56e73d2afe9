using System.IO.Compression;
using Deep.Media;

namespace Deep.Training.Tests;

public sealed class PictureListTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("deep-training-").FullName;

    public PictureListTests()
    {
        Write("a/1.png", 10, 4, 2);
        Write("a/2.png", 20, 5, 9);
        Write("b/3.jpg", 30, 16, 8);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_a_zip_and_a_list_of_the_same_pictures_give_the_same_bytes()
    {
        var zip = Path.Combine(_folder, "pictures.zip");
        using (var archive = ZipFile.Open(zip, ZipArchiveMode.Create))
        {
            foreach (var file in Directory.EnumerateFiles(_folder, "*.*g", SearchOption.AllDirectories))
            {
                archive.CreateEntryFromFile(file, Path.GetRelativePath(_folder, file).Replace('\\', '/'));
            }
        }

        var table = List("Label,more,PATH", "a,x,a/1.png", "a,,\"a/2.png\"", "b,\"1,2\",b\\3.jpg", "");
        var set = PictureSet.Open(_folder, new PictureSetOptions { Fit = Fit.Transform });
        foreach (var path in new[] { _folder, zip, table })
        {
            using var list = PictureList.Open(path);
            Assert.Equal((3, 3, null), (list.Count, list.Channels, list.Size));
            Assert.Equal(["a", "b"], list.Classes);
            Assert.Equal([0, 0, 1], list.Labels.ToArray());
            Assert.Equal("a/2.png", list.NameOf(1));
            for (var i = 0; i < 3; i++)
            {
                var bytes = new byte[2 * 3 * 36];
                list.Read(i, Fit, [new RandomState(0), new RandomState(1)], bytes);
                Assert.Equal(set[i].ToArray(), bytes[..108]);
                Assert.Equal(set[i].ToArray(), bytes[108..]);
            }
        }
    }

    [Fact]
    public void Many_threads_decode_from_one_archive()
    {
        var zip = Path.Combine(_folder, "pictures.zip");
        ZipFile.CreateFromDirectory(_folder, Path.Combine(Path.GetTempPath(), Path.GetFileName(_folder) + ".zip"));
        File.Move(Path.Combine(Path.GetTempPath(), Path.GetFileName(_folder) + ".zip"), zip);
        using var list = PictureList.Open(zip);
        Parallel.For(0, 60, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            Assert.InRange(list.Decode(i % 3).Pixels[0], (10 * (1 + (i % 3))) - 3, (10 * (1 + (i % 3))) + 3));
        list.Dispose();
        Assert.Throws<ObjectDisposedException>(() => list.Decode(0));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../a/1.png")]
    [InlineData("a/../../x.png")]
    [InlineData("a/./1.png")]
    [InlineData("a//1.png")]
    [InlineData("c:\\x.png")]
    [InlineData("\\\\host\\x.png")]
    [InlineData("a/1\u0001.png")]
    [InlineData("")]
    public void Paths_that_leave_the_folder_are_refused(string path) => Refused("line 3", "path,label", "a/1.png,a", $"{path},a");

    [Fact]
    public void Broken_lists_are_refused_with_the_line()
    {
        Refused("line 1", "file,label", "a/1.png,a");
        Refused("line 1");
        Refused("line 2", "path,label");
        Refused("line 3", "path,label", "a/1.png,a", "a/2.png");
        Refused("line 3", "path,label", "a/1.png,a", "a/2.png,a,b");
        Refused("line 2", "path,label", "a/1.png, ");
        Refused("line 2", "path,label", "\"a/1.png,a");
        Refused("line 2", "path,label", new string('x', 70_000) + ",a");
        Refused("a/1.png twice", "path,label", "a/1.png,a", "a/1.png,b");
        var binary = Path.Combine(_folder, "binary.csv");
        File.WriteAllBytes(binary, [.. "path,label\na/1.png,"u8, 0xFF, 0xFE]);
        Assert.Contains("UTF-8", Assert.Throws<ConfigurationException>(() => PictureList.Open(binary)).Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => PictureList.Open(List("path,label", "a/1.png,a"), new PictureListOptions { Split = "train" }));
    }

    [Fact]
    public void Unknown_and_repeated_classes_are_named()
    {
        var list = List("path,label", "a/1.png,cat", "b/3.jpg,dog");
        Assert.Contains("dog", Message(list, ["cat"]), StringComparison.Ordinal);
        Assert.Contains("cat twice", Message(list, ["cat", "dog", "cat"]), StringComparison.Ordinal);
        using var named = PictureList.Open(list, new PictureListOptions { Classes = ["dog", "bird", "cat"] });
        Assert.Equal([2, 0], named.Labels.ToArray());

        string Message(string path, string[] classes) =>
            Assert.Throws<ConfigurationException>(() => PictureList.Open(path, new PictureListOptions { Classes = classes })).Message;
    }

    [Fact]
    public void A_class_folder_without_a_picture_is_named()
    {
        Directory.CreateDirectory(Path.Combine(_folder, ".hidden"));
        PictureList.Open(_folder).Dispose();
        Directory.CreateDirectory(Path.Combine(_folder, "c"));
        File.WriteAllText(Path.Combine(_folder, "c", "notes.txt"), "no picture");
        Assert.Contains("c is empty", Assert.Throws<ConfigurationException>(() => PictureList.Open(_folder)).Message, StringComparison.Ordinal);

        var zip = Path.Combine(_folder, "empty.zip");
        using (var archive = ZipFile.Open(zip, ZipArchiveMode.Create))
        {
            archive.CreateEntry("train/a/1.png");
            archive.CreateEntry("train/d/");
        }

        var split = new PictureListOptions { Split = "train" };
        Assert.Contains("train/d is empty", Assert.Throws<ConfigurationException>(() => PictureList.Open(zip, split)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_zip_that_names_an_entry_twice_or_inflates_without_end_is_bounded()
    {
        var zip = Path.Combine(_folder, "twice.zip");
        using (var archive = ZipFile.Open(zip, ZipArchiveMode.Create))
        {
            archive.CreateEntry("a/1.png");
            archive.CreateEntry("a/1.png");
        }

        Assert.Contains("a/1.png twice", Assert.Throws<ConfigurationException>(() => PictureList.Open(zip)).Message, StringComparison.Ordinal);

        var bomb = Path.Combine(_folder, "bomb.zip");
        using (var archive = ZipFile.Open(bomb, ZipArchiveMode.Create))
        {
            using var entry = archive.CreateEntry("a/1.png").Open();
            entry.Write(new byte[5_000_000]);
        }

        using var list = PictureList.Open(bomb, new PictureListOptions { Limits = new MediaLimits { MaxEncodedBytes = 100_000 } });
        var error = Assert.Throws<MediaException>(() => list.Decode(0));
        Assert.Equal("a/1.png", error.File);
        Assert.Contains("MaxEncodedBytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_large_and_missing_pictures_are_named()
    {
        var list = List("path,label", "a/1.png,a", "b/3.jpg,a", "b/none.png,a", "list.csv,a");
        using var small = PictureList.Open(list, new PictureListOptions { Limits = new MediaLimits { MaxPixels = 100 } });
        Assert.Equal(4, small.Decode(0).Width);
        foreach (var (index, name) in new[] { (1, "b/3.jpg"), (2, "b/none.png"), (3, "list.csv") })
        {
            Assert.Equal(name, Assert.Throws<MediaException>(() => small.Decode(index)).File);
        }
    }

    private static FixedFit Fit => FixedFit.Squash(6);

    private void Refused(string expected, params string[] lines) =>
        Assert.Contains(expected, Assert.Throws<ConfigurationException>(() => PictureList.Open(List(lines))).Message, StringComparison.Ordinal);

    private string List(params string[] lines)
    {
        var path = Path.Combine(_folder, "list.csv");
        File.WriteAllText(path, string.Join("\r\n", lines));
        return path;
    }

    private void Write(string name, byte value, int width, int height)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var rgb = Enumerable.Range(0, width * height * 3).Select(i => (byte)(value + (i % 3))).ToArray();
        new Picture(width, height, rgb).Save(path);
    }
}
