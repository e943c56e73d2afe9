using System.Text.RegularExpressions;
using Deep.Media;

namespace Deep.Cli.Tests.Tour;

public sealed partial class TourTests(WorkFolder folder) : IClassFixture<WorkFolder>
{
    [Fact]
    public void The_tour_writes_one_self_contained_page_and_a_contact_sheet()
    {
        for (var i = 0; i < 6; i++)
        {
            folder.Draw(Path.Combine("gallery", $"{WorkFolder.Labels[i % 3]}-{i}.jpg"), i % 3, seed: i);
        }

        var run = ToolRun.Of(
            "tour", "--model", folder.Model(), "--pictures", folder.At("gallery"), "--out", folder.At("tour")).Succeeded();

        Assert.Contains("6 pictures named", run.Output, StringComparison.Ordinal);
        Assert.Contains(folder.At("tour", "index.html"), run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.Equal(["index.html", "nfnet.png"], Directory.EnumerateFiles(folder.At("tour")).Select(Path.GetFileName).Order());
        Assert.True(Picture.Open(folder.At("tour", "nfnet.png")).Width > 600);

        var page = File.ReadAllText(folder.At("tour", "index.html"));
        Assert.Equal(6, Image().Count(page));
        Assert.DoesNotMatch(@"(src|href)=""(http|//)", page);
        Assert.DoesNotMatch(@"<(script|link|iframe)", page);
        Assert.Contains("prefers-color-scheme: dark", page, StringComparison.Ordinal);
        Assert.Contains("width=device-width", page, StringComparison.Ordinal);
        foreach (var label in WorkFolder.Labels)
        {
            Assert.Contains($">{label}</span>", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_gallery_has_twenty_pictures_that_the_tool_can_read()
    {
        var gallery = Deep.Cli.Tour.Gallery.Read(null);
        Assert.Equal(20, gallery.Count);
        Assert.All(gallery, picture => Assert.InRange(Picture.Open(picture.Jpeg).Width, 32, 1024));
        Assert.InRange(gallery.Sum(picture => picture.Jpeg.Length), 1, 2_000_000);
    }

    [GeneratedRegex("<img src=\"data:image/jpeg;base64,")]
    private static partial Regex Image();
}
