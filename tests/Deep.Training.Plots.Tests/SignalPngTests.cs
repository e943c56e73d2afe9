using Deep.Training.SignalPropagation;

namespace Deep.Training.Plots.Tests;

public sealed class SignalPngTests
{
    [Fact]
    public void Four_panels_stand_below_the_verdict_and_the_same_report_gives_the_same_bytes()
    {
        var png = SignalPng.Draw(Report());
        var (width, height, inked) = Runs.Look(png);
        Assert.Equal((1720, 404), (width, height));
        Assert.InRange(inked, 0.01, 0.3);
        Assert.True(Runs.Count(png, 0x00, 0x72, 0xB2) > 1000, "what was measured");
        Assert.True(Runs.Count(png, 0xD5, 0x5E, 0x00) > 300, "the cosine of distant positions");
        Assert.Equal(png, SignalPng.Draw(Report()));
        Assert.Equal(808, Runs.Look(SignalPng.Draw(Report(), Report())).Height);
    }

    [Fact]
    public void Theory_and_verdict_are_drawn()
    {
        var plain = SignalPng.Draw(Report());
        var theory = SignalPng.Draw(Report(layer => layer with { Theory = new SignalKernel(1, 0.6, 0.2) }));
        Assert.True(Runs.Count(theory, 0x00, 0x72, 0xB2) > Runs.Count(plain, 0x00, 0x72, 0xB2) + 200);
        Assert.NotEqual(plain, SignalPng.Draw(Report() with { Name = "before training" }));
    }

    [Fact]
    public void Values_that_are_not_finite_or_very_different_leave_a_picture()
    {
        Assert.InRange(Runs.Look(SignalPng.Draw(Report(layer => layer with { GradientNorm = Math.Pow(10, -layer.Layer) }))).Inked, 0.01, 0.3);
        Assert.InRange(
            Runs.Look(SignalPng.Draw(Report(layer => layer with
            {
                GradientNorm = double.NaN,
                AttentionEntropy = null,
                Measured = new SignalKernel(double.PositiveInfinity, double.NaN, 0),
            }))).Inked, 0.005, 0.3);
    }

    [Fact]
    public void A_file_is_written_as_a_whole_and_nothing_is_no_picture()
    {
        var folder = Directory.CreateTempSubdirectory("signal-").FullName;
        try
        {
            SignalPng.Save(Path.Combine(folder, "signal.png"), Report());
            Assert.Equal(SignalPng.Draw(Report()), File.ReadAllBytes(Path.Combine(folder, "signal.png")));
            Assert.Single(Directory.GetFiles(folder));
            Assert.ThrowsAny<IOException>(() => SignalPng.Save(Path.Combine(folder, "missing", "signal.png"), Report()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Assert.Contains("one report to 20", Assert.Throws<ConfigurationException>(() => SignalPng.Draw()).Message, StringComparison.Ordinal);
    }

    private static SignalReport Report(Func<SignalLayer, SignalLayer>? change = null) => new(
        [.. Enumerable.Range(0, 37).Select(i => (change ?? (layer => layer))(new SignalLayer
        {
            Layer = i,
            Kind = i == 0 ? "embedding" : "plain attention",
            Measured = new SignalKernel(1 / (1 + (i / 20.0)), 1 - Math.Exp(-i / 3.0), 1 - Math.Exp(-i / 5.0)),
            GradientNorm = 1 + (0.1 * i),
            AttentionEntropy = i == 0 ? null : 1,
        }))],
        loss: 4.2);
}
