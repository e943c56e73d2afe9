using Deep.Media;

namespace Deep.Tests.Media;

public class ContactSheetTests
{
    private static readonly ContactSheetEntry s_entry =
        new(SyntheticPicture.Create(40, 30), "photo.png", [new("cat", 0.75), new("dog", 0.25), new("ship", 0)]);

    [Fact]
    public void Grid_grows_with_columns_rows_and_bars()
    {
        var sheet = new ContactSheet { Columns = 3, TileSize = 64 };
        var one = sheet.Draw([s_entry]);
        var four = sheet.Draw([s_entry, s_entry, s_entry, s_entry]);
        Assert.Equal(one.Width + (2 * (64 + 20 + 16)), four.Width);
        Assert.True(four.Height > one.Height);
        Assert.True((sheet with { Bars = 1 }).Draw([s_entry]).Height < one.Height);
        Assert.True((sheet with { Title = "Title" }).Draw([s_entry]).Height > one.Height);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.25, 50)]
    [InlineData(0.5, 100)]
    [InlineData(1, 200)]
    public void Bar_is_as_long_as_its_fraction(double fraction, int length)
    {
        var sheet = new ContactSheet { TileSize = 200, Bars = 1 };
        var empty = sheet.Draw([s_entry with { Bars = [new("", 0)] }]);
        var drawn = sheet.Draw([s_entry with { Bars = [new("", fraction)] }]);

        // The lowest line of the bar has no text in it; its rounded corners take a few pixels.
        var row = drawn.Height - 24 - 10 - 2;
        var changed = SyntheticPicture.Differences(
            empty.Crop(0, row, empty.Width, 1), drawn.Crop(0, row, drawn.Width, 1));
        Assert.InRange(changed, length == 0 ? 0 : length - 8, length);
    }

    [Fact]
    public void Row_labels_stand_left_of_their_rows_and_take_the_place_of_captions()
    {
        var entry = s_entry with { Caption = "", Bars = [] };
        var plain = new ContactSheet { Columns = 2, TileSize = 64 };
        var labelled = plain with { RowLabels = ["Original", "Rotate\n± 27°"] };
        var sheet = labelled.Draw([entry, entry, entry]);
        Assert.Equal(plain.Draw([entry, entry, entry]).Width + 168, sheet.Width);
        Assert.Equal(24 + (2 * (64 + 20 + 16)) - 16 + 24, sheet.Height);

        // Ink beside each row, and none beyond it; a long label is cut before the pictures.
        var blank = (labelled with { RowLabels = ["", ""] }).Draw([entry, entry, entry]);
        int Ink(int top) => SyntheticPicture.Differences(blank.Crop(0, top, 180, 84), sheet.Crop(0, top, 180, 84));
        Assert.InRange(Ink(24), 50, 2_000);
        Assert.InRange(Ink(124), 50, 2_000);
        var cut = (labelled with { RowLabels = [new string('W', 500), ""] }).Draw([entry, entry, entry]);
        Assert.Equal(0, SyntheticPicture.Differences(
            blank.Crop(180, 0, blank.Width - 180, blank.Height), cut.Crop(180, 0, cut.Width - 180, cut.Height)));
        Assert.Throws<ConfigurationException>(() => (labelled with { RowLabels = ["one"] }).Draw([entry, entry, entry]));
    }

    [Fact]
    public void Text_is_drawn_without_any_font_of_the_machine()
    {
        var sheet = new ContactSheet { TileSize = 160, Bars = 0 };
        var blank = sheet.Draw([s_entry with { Caption = "" }]);
        foreach (var caption in new[] { "photo.png", "Größe", "Кошка", "γάτα", "猫" })
        {
            var drawn = sheet.Draw([s_entry with { Caption = caption }]);
            Assert.InRange(SyntheticPicture.Differences(blank, drawn), 20, 3_000);
        }

        var cat = sheet.Draw([s_entry with { Caption = "cat" }]);
        Assert.NotEqual(0, SyntheticPicture.Differences(cat, sheet.Draw([s_entry with { Caption = "cot" }])));
    }

    [Fact]
    public void Long_lines_stay_within_their_card()
    {
        var sheet = new ContactSheet { TileSize = 100, Columns = 2 };
        ContactSheetEntry Entry(string text) => new(SyntheticPicture.Create(10, 10), text, [new(text, 0.5)]);
        var drawn = sheet.Draw([Entry(new string('W', 100_000) + "\r\n\t\0"), Entry("")]);
        var other = sheet.Draw([Entry("x"), Entry("")]);

        // Nothing right of the first card changes.
        for (var y = 0; y < drawn.Height; y++)
        {
            var from = ((y * drawn.Width) + 24 + 120) * 3;
            var length = (drawn.Width - 24 - 120) * 3;
            Assert.True(drawn.Pixels.Slice(from, length).SequenceEqual(other.Pixels.Slice(from, length)));
        }
    }

    [Fact]
    public void Odd_texts_and_pictures_are_drawn()
    {
        ContactSheetEntry[] entries =
        [
            new(SyntheticPicture.Create(2_000, 1), "\ud83d lone surrogate", [new("😀 emoji", 1)]),
            new(SyntheticPicture.Create(1, 2_000), "\u202e right to left שלום", []),
            new(SyntheticPicture.Create(1, 1), new string('é', 3_000), [new("", 0.00001), new("x", 0.99999)]),
        ];
        Assert.Equal(3 * 84, new ContactSheet { TileSize = 64 }.Draw(entries).Width - 48 - 32);
    }

    [Fact]
    public void Same_sheet_from_many_threads_is_the_same()
    {
        var sheet = new ContactSheet { TileSize = 48, Title = "Threads" };
        var expected = sheet.Draw([s_entry, s_entry]).Digest();
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
            Assert.Equal(expected, sheet.Draw([s_entry, s_entry]).Digest()));
    }

    [Fact]
    public void Memory_stays_flat_over_many_sheets()
    {
        var sheet = new ContactSheet { TileSize = 400 };
        sheet.Draw([s_entry]);
        var memory = PeakMemory.Start();
        for (var i = 0; i < 120; i++)
        {
            sheet.Draw([s_entry]);
            PeakMemory.CollectEvery(10, i);
        }

        // One forgotten surface a round would be 120 MiB; the collector's own ups and downs come to 30.
        Assert.InRange(memory.Growth(), 0, 60 << 20);
    }

    [Fact]
    public void Saved_file_is_the_drawn_picture_and_a_failed_one_leaves_nothing()
    {
        var folder = Directory.CreateTempSubdirectory("deep-sheet-");
        try
        {
            var sheet = new ContactSheet { TileSize = 64 };
            var path = Path.Combine(folder.FullName, "sheet.png");
            sheet.Save(path, [s_entry]);
            SyntheticPicture.AssertSame(sheet.Draw([s_entry]), Picture.Open(path));
            foreach (var wrong in new[] { Path.Combine("missing", "sheet.png"), "sheet.tiff", "sheet" })
            {
                Assert.Throws<MediaException>(() => sheet.Save(Path.Combine(folder.FullName, wrong), [s_entry]));
            }

            Assert.Equal(path, Assert.Single(Directory.GetFileSystemEntries(folder.FullName)));

            var jpeg = Path.Combine(folder.FullName, "picture.JPG");
            s_entry.Picture.Save(jpeg);
            Assert.Equal(0xFF, File.ReadAllBytes(jpeg)[0]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Settings_out_of_range_are_named()
    {
        var valid = new ContactSheet();
        (ContactSheet Sheet, IReadOnlyList<ContactSheetEntry> Entries, string Setting)[] wrong =
        [
            (valid with { Columns = 0 }, [s_entry], "Columns"),
            (valid with { TileSize = 31 }, [s_entry], "TileSize"),
            (valid with { Bars = 21 }, [s_entry], "Bars"),
            (valid, [], "entries"),
            (valid, [s_entry with { Bars = [new("cat", 1.01)] }], "bar cat"),
            (valid, [s_entry with { Bars = [new("cat", double.NaN)] }], "bar cat"),
            (valid with { TileSize = 2_048 }, [.. Enumerable.Repeat(s_entry, 40)], "entries"),
        ];
        foreach (var (sheet, entries, setting) in wrong)
        {
            var error = Assert.Throws<ConfigurationException>(() => sheet.Draw(entries));
            Assert.Equal("ContactSheet." + setting, error.Setting);
        }
    }
}
