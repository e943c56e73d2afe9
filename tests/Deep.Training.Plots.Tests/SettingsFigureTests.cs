namespace Deep.Training.Plots.Tests;

public class SettingsFigureTests
{
    private static readonly SettingsFigure Figure = new()
    {
        Title = "Sharpness-aware minimisation",
        XLabel = "test loss of three seeds",
        Rows = [new("none", [1.02, 1.05, 1.01]), new("SAM, ρ = 0.05", [0.98, 0.97, 1.0]), new("ASAM, ρ = 0.5", [0.99, 0.96, 0.97])],
    };

    [Fact]
    public void Every_row_is_seen_and_the_same_values_give_the_same_bytes()
    {
        var png = Figure.Draw();
        Assert.Equal(860, Runs.Look(png).Width);
        Assert.True(Runs.Count(png, 0x00, 0x72, 0xB2) > 9 * 30, "nine points");
        Assert.Equal(png, Figure.Draw());
        Assert.True(Runs.Look((Figure with { Rows = [.. Figure.Rows, new("more", [1])] }).Draw()).Height > Runs.Look(png).Height);
    }

    [Fact]
    public void What_is_not_finite_is_left_out_and_nothing_left_is_one_clear_error()
    {
        Assert.Equal(Figure.Draw(), (Figure with { Rows = [.. Figure.Rows.Select(row => new SettingRow(row.Name, [.. row.Values, double.NaN]))] }).Draw());
        Assert.Throws<ConfigurationException>(() => (Figure with { Rows = [] }).Draw());
        Assert.Throws<ConfigurationException>(() => (Figure with { Rows = [new("none", [double.NaN])] }).Draw());
    }
}
