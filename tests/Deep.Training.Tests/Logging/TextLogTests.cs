using System.Globalization;

namespace Deep.Training.Tests;

public class TextLogTests
{
    [Fact]
    public void A_report_is_one_line_with_all_that_a_person_asks()
    {
        using var text = new StringWriter();
        var log = new TextLog(text);
        log.Report(RunReports.At(50, evaluated: true));
        Assert.Equal(
            "step   50/1000  epoch 1.00  loss 1.9469  accuracy 29.91 %  top5 0.5  test loss 1.9071  test accuracy 26.31 %  test top5 0.75  "
            + "rate 0.095  801 items/s  1:20 left" + Environment.NewLine,
            text.ToString());
    }

    [Fact]
    public void What_is_not_a_number_is_left_out_and_an_event_is_its_sentence()
    {
        using var text = new StringWriter();
        var log = new TextLog(text);
        log.Report(RunReports.At(50) with { Loss = double.NaN, Accuracy = double.NaN, SkippedSteps = 2, Remaining = TimeSpan.FromHours(30) });
        log.Report(RunReports.Event(TrainingEventKind.Saved, 50));
        var lines = text.ToString().Split(Environment.NewLine);
        Assert.DoesNotContain("loss", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", lines[0], StringComparison.Ordinal);
        Assert.Contains("skipped 2", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("1 d 06:00:00 left", lines[0], StringComparison.Ordinal);
        Assert.Equal("step 50: Saved happened.", lines[1]);
    }

    [Fact]
    public void Lines_do_not_depend_on_the_culture()
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            using var text = new StringWriter();
            new TextLog(text).Report(RunReports.At(50));
            Assert.Contains("epoch 1.00", text.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void A_writer_that_fails_is_one_clear_error()
    {
        using var full = new FullDisk();
        var error = Assert.Throws<RunLogException>(() => new TextLog(full).Report(RunReports.At(1)));
        Assert.Contains("No space left", error.Message, StringComparison.Ordinal);
    }

    private sealed class FullDisk : StringWriter
    {
        public override void Flush() => throw new IOException("No space left on device");
    }
}
