using Spectre.Console;

namespace Deep.Cli.Reporting;

/// <summary>Progress for a terminal: one bar that moves, with text beside it.</summary>
internal sealed class ProgressBar : IProgressDisplay
{
    private readonly IAnsiConsole console;
    private readonly ProgressTask task;

    private ProgressBar(IAnsiConsole console, ProgressTask task)
    {
        this.console = console;
        this.task = task;
    }

    public void Report(double fraction, string text)
    {
        task.Value = Math.Clamp(fraction, 0, 1) * task.MaxValue;
        task.Description = Markup.Escape(text);
    }

    public void Note(string line) => console.WriteLine(line);

    /// <summary>Does the work on this thread with a bar on the terminal, or with plain lines where there is none.</summary>
    /// <param name="terminal">Where it is shown.</param>
    /// <param name="work">The work; it runs on the calling thread, because scopes of tensors belong to a thread.</param>
    /// <param name="interval">The shortest time between plain lines.</param>
    public static void Show(Terminal terminal, TimeSpan interval, Action<IProgressDisplay> work)
    {
        if (!terminal.IsInteractive)
        {
            work(new PlainProgress(terminal.Output, interval, TimeProvider.System));
            return;
        }

        terminal.Console.Progress()
            .AutoClear(true)
            .Columns(
                new ProgressBarColumn { Width = 24 },
                new PercentageColumn(),
                new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => work(new ProgressBar(terminal.Console, context.AddTask(string.Empty))));
    }
}
