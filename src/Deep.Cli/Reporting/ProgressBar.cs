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

    /// <summary>Does work on this thread, with a bar on the output, or with plain lines where that is redirected.</summary>
    /// <param name="terminal">Where it is shown.</param>
    /// <param name="interval">The shortest time between plain lines.</param>
    /// <param name="work">The work, on the calling thread, because scopes of tensors belong to a thread.</param>
    public static void Show(Terminal terminal, TimeSpan interval, Action<IProgressDisplay> work) =>
        Show(terminal.Output, terminal.IsInteractive ? terminal.Console : null, interval, work);

    /// <summary>As <see cref="Show(Terminal, TimeSpan, Action{IProgressDisplay})"/>, on the error stream.</summary>
    public static void ShowOnError(Terminal terminal, TimeSpan interval, Action<IProgressDisplay> work)
    {
        var isInteractive = terminal.ErrorConsole.Profile.Capabilities.Interactive;
        Show(terminal.Error, isInteractive ? terminal.ErrorConsole : null, interval, work);
    }

    private static void Show(
        TextWriter writer, IAnsiConsole? console, TimeSpan interval, Action<IProgressDisplay> work)
    {
        if (console is null)
        {
            work(new PlainProgress(writer, interval, TimeProvider.System));
            return;
        }

        console.Progress()
            .AutoClear(true)
            .Columns(
                new ProgressBarColumn { Width = 24 },
                new PercentageColumn(),
                new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => work(new ProgressBar(console, context.AddTask("starting"))));
    }
}
