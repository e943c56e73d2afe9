using System.Text.RegularExpressions;
using Deep.Cli.Models;
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
        Assert.Equal(["index.html", "nfnet.png", "nowcast.gif", "vanilla.png"], Directory.EnumerateFiles(folder.At("tour")).Select(Path.GetFileName).Order());
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
    public void The_network_without_shortcuts_writes_and_its_probe_stands_beside_a_collapsed_one()
    {
        folder.Draw(Path.Combine("single", "cat-1.jpg"), 1);
        var run = ToolRun.Of("tour", "--model", folder.Model(), "--pictures", folder.At("single"), "--out", folder.At("vanilla-tour")).Succeeded();

        Assert.Matches(@"E-SPA +36 +0 +0 +healthy in all 36 layers", run.Output);
        Assert.Matches(@"plain attention +36 +0 +0 +rank collapse from layer \d+", run.Output);
        var page = File.ReadAllText(folder.At("vanilla-tour", "index.html"));
        var text = System.Net.WebUtility.HtmlDecode(Written().Match(page).Groups[1].Value);
        Assert.InRange(text.Length, 400, 700);
        Assert.All(text, letter => Assert.True(letter == '\n' || letter is >= ' ' and <= '~'));
        Assert.True(Picture.Open(folder.At("vanilla-tour", "vanilla.png")).Width > 1000);
        Assert.InRange(new FileInfo(Deep.Cli.Models.EmbeddedModel.Text).Length, 1, 4_000_000);
    }

    [Fact]
    public void The_gallery_has_twenty_pictures_that_the_tool_can_read()
    {
        var gallery = Deep.Cli.Tour.Gallery.Read(null);
        Assert.Equal(20, gallery.Count);
        Assert.All(gallery, picture => Assert.InRange(Picture.Open(picture.Jpeg).Width, 32, 1024));
        Assert.InRange(gallery.Sum(picture => picture.Jpeg.Length), 1, 2_000_000);
    }

    [Fact]
    public void The_tools_own_model_shows_how_it_was_trained()
    {
        folder.Draw(Path.Combine("one", "cat-1.jpg"), 1);
        ToolRun.Of("tour", "--pictures", folder.At("one"), "--out", folder.At("own-tour")).Succeeded();

        var page = File.ReadAllText(folder.At("own-tour", "index.html"));
        var history = Deep.Cli.Models.EmbeddedModel.ReadHistory();
        Assert.Equal(2, page.Split("<svg ").Length - 1);
        var points = Points().Matches(page).Select(match => match.Groups[1].Value.Split(' ').Length);
        Assert.Equal([history.Count, history.Count, history.Count, history.Count], points);
        Assert.DoesNotContain("NaN", Data().Replace(page, ""), StringComparison.Ordinal);
    }

    [Fact]
    public void The_Perceivers_of_the_tool_name_clouds_read_digits_in_any_order_and_fill_words()
    {
        folder.Draw(Path.Combine("single", "cat-1.jpg"), 1);
        var run = ToolRun.Of("tour", "--pictures", folder.At("single"), "--out", folder.At("perceiver-tour")).Succeeded();
        var found = Clouds().Match(run.Output);
        Assert.True(found.Success, run.Output);
        Assert.InRange(int.Parse(found.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), 9, 10);
        Assert.InRange(int.Parse(found.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture), 96, 100);
        Assert.InRange(int.Parse(found.Groups[3].Value, System.Globalization.CultureInfo.InvariantCulture), 96, 100);

        var page = File.ReadAllText(folder.At("perceiver-tour", "index.html"));
        page = page[page.IndexOf("<section id=\"perceiver\">", StringComparison.Ordinal)..];
        page = page[..page.IndexOf("</section>", StringComparison.Ordinal)];
        Assert.Equal(10 + 16 + 16, page.Split("<img src=\"data:image/png;base64,").Length - 1);
        Assert.Equal(6, page.Split("<b class=\"gap\">").Length - 1);
        foreach (var shape in Deep.Perceivers.Recipes.SolidShapes.All)
        {
            Assert.Contains($"alt=\"points of a {shape.Name}\"", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_models_of_the_tool_are_small() => Assert.All(
        new[] { PerceiverModels.Points, PerceiverModels.Digits, PerceiverModels.PermutedDigits, PerceiverModels.Bytes },
        file => Assert.InRange(new FileInfo(file).Length, 1, 4_000_000));

    [Fact]
    public void The_history_in_the_tool_is_the_documented_one() => Assert.Equal(
        File.ReadAllLines(Path.Combine(Deep.Tests.SharedData.Repository, "docs", "results", "nfnet-cifar10-history.jsonl")),
        File.ReadAllLines(Path.Combine(Deep.Tests.SharedData.Repository, "src", "Deep.Cli", "Models", "nfnet-cifar10-history.jsonl")));

    [GeneratedRegex("<polyline [^>]*points=\"([^\"]*)\"")]
    private static partial Regex Points();

    [GeneratedRegex(@"(\d+) of 10 clouds named; (\d+) % of 200 digits read, (\d+) % with shuffled pixels; \d of 6 hidden words")]
    private static partial Regex Clouds();

    [GeneratedRegex("data:image/[^\"]*")]
    private static partial Regex Data();

    [GeneratedRegex("<pre class=\"text\">([^<]*)</pre>")]
    private static partial Regex Written();

    [GeneratedRegex("<img src=\"data:image/jpeg;base64,")]
    private static partial Regex Image();
}
