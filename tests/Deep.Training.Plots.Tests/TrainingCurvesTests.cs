namespace Deep.Training.Plots.Tests;

public class TrainingCurvesTests
{
    private static readonly TrainingProgress[] Reports = [.. Enumerable.Range(1, 20).Select(i => Runs.At(50 * i, evaluated: i % 4 == 0))];

    [Fact]
    public void Four_panels_show_both_curves_and_the_same_reports_give_the_same_bytes()
    {
        var png = TrainingCurves.Draw(Reports);
        var (width, height, inked) = Runs.Look(png);
        Assert.Equal((1240, 800), (width, height));
        Assert.InRange(inked, 0.02, 0.3);
        Assert.True(Runs.Count(png, 0x00, 0x72, 0xB2) > 1000, "the training curves");
        Assert.True(Runs.Count(png, 0xD5, 0x5E, 0x00) > 500, "the test curves");
        Assert.Equal(png, TrainingCurves.Draw(Reports));
    }

    [Fact]
    public void A_panel_of_which_nothing_is_finite_is_not_drawn()
    {
        var bare = Reports.Select(report => report with { Accuracy = double.NaN, GradientNorm = double.NaN, Evaluation = null }).ToArray();
        var png = TrainingCurves.Draw(bare);
        Assert.Equal((1240, 400), (Runs.Look(png).Width, Runs.Look(png).Height));
        Assert.Equal(0, Runs.Count(png, 0xD5, 0x5E, 0x00));
    }

    [Fact]
    public void Values_that_are_not_finite_leave_a_picture_even_where_all_of_them_are()
    {
        TrainingProgress[] broken = [Runs.At(1), Runs.At(2) with { Loss = double.NaN }, Runs.At(3) with { Loss = double.PositiveInfinity }];
        Assert.InRange(Runs.Look(TrainingCurves.Draw(broken)).Inked, 0.01, 0.3);
        var nothing = Runs.At(2) with { Loss = double.NaN, Accuracy = double.NaN, LearningRate = double.NaN, GradientNorm = double.NaN };
        Assert.InRange(Runs.Look(TrainingCurves.Draw([nothing])).Inked, 0.01, 0.3);
    }

    [Fact]
    public void No_report_is_one_clear_error() =>
        Assert.Contains("one report or more", Assert.Throws<ConfigurationException>(() => TrainingCurves.Draw([])).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Pictures_drawn_at_once_by_several_threads_are_the_same()
    {
        var expected = TrainingCurves.Draw(Reports);
        var drawn = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => TrainingCurves.Draw(Reports))));
        Assert.All(drawn, png => Assert.Equal(expected, png));
    }
}
