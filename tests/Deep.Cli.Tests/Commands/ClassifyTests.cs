using System.Text.Json;
using Deep.Media;

namespace Deep.Cli.Tests.Commands;

public sealed class ClassifyTests(WorkFolder folder) : IClassFixture<WorkFolder>
{
    [Fact]
    public void Folders_are_searched_below()
    {
        var first = folder.Draw(Path.Combine("tree", "a", "one.jpg"), 0);
        var second = folder.Draw(Path.Combine("tree", "b", "c", "two.png"), 1);
        File.WriteAllText(folder.At("tree", "notes.txt"), "no picture");

        var output = ToolRun.Of("classify", folder.At("tree"), "--model", folder.Model(), "--top", "1").Succeeded().Output;

        Assert.Contains(first, output, StringComparison.Ordinal);
        Assert.Contains(second, output, StringComparison.Ordinal);
        Assert.DoesNotContain("notes", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public void As_json_the_output_is_one_document()
    {
        var picture = folder.Draw("json.png", 2);
        var run = ToolRun.Of("classify", picture, "--model", folder.Model(), "--json", "--top", "2").Succeeded();

        using var document = JsonDocument.Parse(run.Output);
        var only = Assert.Single(document.RootElement.GetProperty("pictures").EnumerateArray());
        Assert.Equal(picture, only.GetProperty("file").GetString());
        var predictions = only.GetProperty("predictions").EnumerateArray().ToArray();
        Assert.Equal(2, predictions.Length);
        Assert.Contains(predictions[0].GetProperty("label").GetString(), WorkFolder.Labels);
        Assert.True(Probability(predictions[0]) >= Probability(predictions[1]));
        Assert.Equal("", run.Error);
    }

    [Fact]
    public void All_probabilities_add_up_to_one()
    {
        var picture = folder.Draw("all.png", 1);
        var run = ToolRun.Of("classify", picture, "--model", folder.Model(), "--json", "--top", "99").Succeeded();
        using var document = JsonDocument.Parse(run.Output);
        var predictions = document.RootElement.GetProperty("pictures")[0].GetProperty("predictions").EnumerateArray();
        Assert.Equal(1, predictions.Sum(Probability), 5);
    }

    [Fact]
    public void A_bad_picture_is_one_warning_and_the_others_are_still_named()
    {
        var good = folder.Draw("good.png", 0);
        var bad = folder.At("bad.png");
        File.WriteAllText(bad, "not a picture");

        var run = ToolRun.Of("classify", bad, good, "--model", folder.Model());

        Assert.Equal(ExitCode.WrongInput, run.ExitCode);
        var warning = Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("warning: ", warning, StringComparison.Ordinal);
        Assert.Contains("bad.png", warning, StringComparison.Ordinal);
        Assert.Contains(good, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sheet_is_a_picture_of_all_pictures()
    {
        var sheet = folder.At("sheet.png");
        ToolRun.Of("classify", folder.PictureSet("many", 2), "--model", folder.Model(), "--sheet", sheet).Succeeded();
        var picture = Picture.Open(sheet);
        Assert.True(picture.Width > 600 && picture.Height > 300, $"{picture.Width} x {picture.Height}");
    }

    [Fact]
    public void On_a_terminal_progress_moves_and_the_table_is_drawn()
    {
        var run = ToolRun.OnTerminal("classify", folder.PictureSet("watched", 1), "--model", folder.Model()).Succeeded();
        Assert.Contains("╭", run.Output, StringComparison.Ordinal);
        Assert.Contains("green", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_may_come_from_a_file()
    {
        var labels = folder.At("labels.txt");
        File.WriteAllLines(labels, ["uno", "dos", "tres"]);
        var picture = folder.Draw("named.png", 0);
        var run = ToolRun.Of("classify", picture, "--model", folder.Model(), "--labels", labels, "--top", "3").Succeeded();
        Assert.Contains("tres", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("green", run.Output, StringComparison.Ordinal);
    }

    private static double Probability(JsonElement prediction) => prediction.GetProperty("probability").GetDouble();
}
