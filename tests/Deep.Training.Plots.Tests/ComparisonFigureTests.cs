namespace Deep.Training.Plots.Tests;

public class ComparisonFigureTests
{
    private static readonly ComparisonFigure Figure = new()
    {
        Title = "Clipping widens the range of learning rates",
        XLabel = "peak learning rate",
        YLabel = "test accuracy, %",
        XScale = AxisScale.Logarithmic,
        Series =
        [
            new("no clipping", [new(1.6, [10, 10, 10]), new(0.1, [41, 43, 42]), new(0.4, [12, 48, 10])]),
            new("λ = 0.01", [new(0.1, [41, 42, 42]), new(0.4, [52, 53, 51]), new(1.6, [58, 57, 60])]),
        ],
    };

    [Fact]
    public void Every_series_is_seen_and_the_same_values_give_the_same_bytes()
    {
        var png = Figure.Draw();
        Assert.Equal((960, 600), (Runs.Look(png).Width, Runs.Look(png).Height));
        Assert.True(Runs.Count(png, 0x00, 0x72, 0xB2) > 500, "the first series");
        Assert.True(Runs.Count(png, 0xD5, 0x5E, 0x00) > 500, "the second series");
        Assert.Equal(png, Figure.Draw());
    }

    [Fact]
    public void The_order_of_points_and_of_seeds_is_of_no_account() => Assert.Equal(
        Figure.Draw(),
        (Figure with
        {
            Series = [.. Figure.Series.Select(series => new ComparisonSeries(series.Name, [.. series.Points.Reverse().Select(point => new ComparisonPoint(point.X, [.. point.Values.Reverse()]))]))],
        }).Draw());

    [Fact]
    public void The_line_is_the_median_and_the_band_the_range()
    {
        ComparisonFigure With(params double[] middle) => Figure with { Series = [new("a", [new(1, middle), new(2, middle)])], XScale = AxisScale.Linear };
        Assert.Equal(With(1, 2, 6).Draw(), With(1, 2, double.NaN, 6).Draw());
        Assert.NotEqual(With(1, 2, 6).Draw(), With(1, 3, 6).Draw());
        Assert.NotEqual(With(1, 2, 6).Draw(), With(1, 2, 7).Draw());
        Assert.Equal(With(1, 2, 4, 6).Draw(), With(1, 3, 3, 6).Draw()); // of an even number, the mean of the middle two
    }

    [Fact]
    public void Bars_scales_and_a_reference_each_change_the_picture()
    {
        ComparisonFigure[] figures =
        [
            Figure, Figure with { Range = RangeStyle.Bars }, Figure with { YScale = AxisScale.Logarithmic },
            Figure with { XScale = AxisScale.Linear }, Figure with { Reference = 10, ReferenceName = "chance" },
        ];
        Assert.Equal(figures.Length, figures.Select(figure => Convert.ToHexString(figure.Draw())).Distinct().Count());
    }

    [Fact]
    public void Panels_stand_side_by_side()
    {
        var (width, height, inked) = Runs.Look(ComparisonFigure.DrawRow([Figure, Figure with { Title = "once more" }]));
        Assert.Equal((1920, 600), (width, height));
        Assert.InRange(inked, 0.01, 0.3);
    }

    [Fact]
    public void Values_without_a_place_are_left_out_and_nothing_left_is_one_clear_error()
    {
        var broken = Figure with { Series = [.. Figure.Series, new("broken", [new(-1, [3]), new(0.2, [double.NaN]), new(0.3, [])])] };
        Assert.InRange(Runs.Look(broken.Draw()).Inked, 0.01, 0.3);
        Assert.Throws<ConfigurationException>(() => (Figure with { Series = [] }).Draw());
        Assert.Throws<ConfigurationException>(() => (Figure with { Series = [new("nothing", [new(1, [double.NaN])])] }).Draw());
        Assert.Throws<ConfigurationException>(() => ComparisonFigure.DrawRow([]));
        Assert.Contains("Width", Assert.Throws<ConfigurationException>(() => (Figure with { Width = 100_000 }).Draw()).Message, StringComparison.Ordinal);
    }
}
