using System.Globalization;
using System.Text;
using Deep.Checkpoints;
using Deep.Cli.Models;
using Deep.Cli.Reporting;
using Deep.Cli.Tour;
using Deep.Tensors;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary><c>deep tour</c>: every family on what the tool brings along, as a table and as one page.</summary>
internal sealed class TourCommand(Terminal terminal) : Command<TourSettings>
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    public override int Execute(CommandContext context, TourSettings settings, CancellationToken cancellationToken)
    {
        ITourChapter[] chapters =
        [
            new NFNetChapter(settings.Model, Gallery.Read(settings.Pictures)),
            new VanillaChapter(),
            .. PerceiverModels.AreThere ? [new PerceiverChapter()] : Array.Empty<ITourChapter>(),
            .. NowcastModels.AreThere ? [new NowcastChapter()] : Array.Empty<ITourChapter>(),
        ];
        var folder = Directory.CreateDirectory(settings.Out).FullName;
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        var sections = new List<(ITourChapter, ChapterReport)>();
        foreach (var chapter in chapters)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ProgressBar.Show(terminal, LineInterval, progress =>
                sections.Add((chapter, chapter.Run(new TourContext(folder, progress, time), cancellationToken))));
            terminal.Output.WriteLine(chapter.Title);
            Write(sections[^1].Item2);
        }

        var page = TourPage.Write(sections, Machine(), time.GetLocalNow(), time.GetElapsedTime(start).TotalSeconds);
        var file = Path.Combine(folder, "index.html");
        AtomicFile.Write(file, stream => stream.Write(Encoding.UTF8.GetBytes(page)));
        terminal.Output.WriteLine();
        terminal.Output.WriteLine($"The page: {file}");
        return ExitCode.Success;
    }

    private static string Machine()
    {
        var report = NativeBackend.Probe();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Processor}, {report.Threads} threads, {report.OperatingSystem}, {report.Runtime}, "
            + $"libtorch {report.LibTorchVersion}");
    }

    private void Write(ChapterReport report)
    {
        var table = new ResultTable(report.Columns);
        foreach (var row in report.Rows)
        {
            table.Add([.. row]);
        }

        table.WriteTo(terminal);
        terminal.Output.WriteLine();
        terminal.Output.WriteLine(report.Summary);
    }
}
