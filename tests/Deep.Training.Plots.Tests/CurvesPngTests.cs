namespace Deep.Training.Plots.Tests;

public sealed class CurvesPngTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("curves-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_picture_is_drawn_at_evaluations_and_checkpoints_and_at_no_other_time()
    {
        var log = new CurvesPng(At("curves.png"));
        log.Report(Runs.Event(TrainingEventKind.Saved, 0));
        log.Report(Runs.At(10));
        Assert.False(File.Exists(log.Path));

        log.Report(Runs.At(20, evaluated: true));
        var first = File.ReadAllBytes(log.Path);
        Assert.Equal(TrainingCurves.Draw([Runs.At(10), Runs.At(20, evaluated: true)]), first);

        log.Report(Runs.At(30));
        Assert.Equal(first, File.ReadAllBytes(log.Path));
        log.Report(Runs.Event(TrainingEventKind.Saved, 30));
        Assert.NotEqual(first, File.ReadAllBytes(log.Path));
        Assert.Equal([log.Path], Directory.GetFiles(_folder)); // no temporary file is left
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_curves_of_a_resumed_run_begin_at_its_first_step(bool historyFirst)
    {
        using (var before = new JsonLinesLog(At("history.jsonl")))
        {
            Tell([before], 1, 5);
        }

        using (var history = new JsonLinesLog(At("history.jsonl")))
        {
            var curves = new CurvesPng(At("curves.png"), history.Path);
            IRunLog[] logs = historyFirst ? [history, curves] : [curves, history];
            Array.ForEach(logs, log => log.Report(Runs.Event(TrainingEventKind.Resumed, 30)));
            Tell(logs, 4, 6);
        }

        Assert.Equal(TrainingCurves.Draw([.. Enumerable.Range(1, 6).Select(i => Runs.At(10 * i, evaluated: true))]), File.ReadAllBytes(At("curves.png")));
    }

    [Fact]
    public void A_path_that_is_a_folder_or_below_none_is_one_clear_error()
    {
        Assert.Contains(_folder, Assert.Throws<RunLogException>(() => new CurvesPng(_folder)).Message, StringComparison.Ordinal);
        Assert.Throws<RunLogException>(() => new CurvesPng(Path.Combine(At("missing"), "curves.png")));
        var log = new CurvesPng(At("curves.png"));
        Directory.CreateDirectory(At("curves.png"));
        Assert.Throws<RunLogException>(() => log.Report(Runs.At(10, evaluated: true)));
    }

    private static void Tell(IRunLog[] logs, int first, int last)
    {
        for (var i = first; i <= last; i++)
        {
            Array.ForEach(logs, log => log.Report(Runs.At(10 * i, evaluated: true)));
        }
    }

    private string At(string name) => Path.Combine(_folder, name);
}
