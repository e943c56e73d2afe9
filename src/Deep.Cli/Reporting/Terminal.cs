using Spectre.Console;

namespace Deep.Cli.Reporting;

/// <summary>Where the tool writes: results to the output, warnings and errors to the error stream.</summary>
/// <remarks>
/// On a terminal results may have colours and moving progress. Redirected output is plain: no escape codes, no line
/// is wrapped, and progress is one line now and then.
/// </remarks>
internal sealed class Terminal
{
    // A redirected table has no screen to fit; this only keeps a very long path from making every row as long.
    private const int RedirectedWidth = 240;

    public Terminal(TextWriter output, TextWriter error, bool outputIsTerminal, bool errorIsTerminal)
    {
        Output = output;
        Error = error;
        IsInteractive = outputIsTerminal;
        Console = Create(output, outputIsTerminal);
        ErrorConsole = Create(error, errorIsTerminal);
    }

    /// <summary>Results as they are, for lines that must not be wrapped or coloured.</summary>
    public TextWriter Output { get; }

    /// <summary>Warnings and errors as they are.</summary>
    public TextWriter Error { get; }

    /// <summary>Results with tables and colours.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Warnings and errors with colours.</summary>
    public IAnsiConsole ErrorConsole { get; }

    /// <summary>Whether a person looks at the output while it is written.</summary>
    public bool IsInteractive { get; }

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess() => new(
        System.Console.Out,
        System.Console.Error,
        outputIsTerminal: !System.Console.IsOutputRedirected,
        errorIsTerminal: !System.Console.IsErrorRedirected);

    /// <summary>Writes one sentence about what went wrong.</summary>
    public void WriteError(string sentence) => WriteMarked("error", "red", sentence);

    /// <summary>Writes one line about something that does not stop the work.</summary>
    public void WriteWarning(string sentence) => WriteMarked("warning", "yellow", sentence);

    private void WriteMarked(string mark, string colour, string sentence)
    {
        ErrorConsole.Markup($"[{colour}]{mark}:[/] ");
        Error.WriteLine(OneLine(sentence));
    }

    private static string OneLine(string text) => string.Join(
        ' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static IAnsiConsole Create(TextWriter writer, bool isTerminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!isTerminal)
        {
            console.Profile.Width = RedirectedWidth;
        }

        return console;
    }
}
