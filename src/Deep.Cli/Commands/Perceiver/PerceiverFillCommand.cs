using System.Globalization;
using System.Text;
using Deep.Cli.Models;
using Deep.Cli.Reporting;
using Deep.Perceivers;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary><c>deep perceiver fill</c>: fills hidden bytes of a text.</summary>
internal sealed class PerceiverFillCommand(Terminal terminal) : Command<PerceiverFillSettings>
{
    private const int LongestInput = 1 << 20;

    public override int Execute(CommandContext context, PerceiverFillSettings settings, CancellationToken cancellationToken)
    {
        var text = settings.Text == "-" ? ReadInput() : settings.Text;
        var options = settings.Into(new MaskFillerOptions { Top = settings.Top });
        Range[] spans = [.. settings.Hide.SelectMany(part => Places(text, part)),
            .. Places(text, options.MaskString, required: settings.Hide.Length == 0)];
        using var filler = new ModelLoading(terminal, cancellationToken).Load(settings.Model, progress =>
        {
            options.Progress = progress;
            return MaskFiller.Load(settings.Model, options);
        });
        var order = settings.SurestFirst ? FillOrder.SurestFirst : FillOrder.AtOnce;
        var filled = settings.Hide.Length == 0
            ? filler.Fill([text], order, cancellationToken)[0]
            : filler.Fill(text, spans, order, cancellationToken);
        if (settings.Json)
        {
            JsonReport.Write(terminal, new { settings.Model, filled.Text, filled.Fillings, filled.Bytes });
            return ExitCode.Success;
        }

        terminal.Output.WriteLine(filled.Text);
        var table = new ResultTable("byte>", "guesses");
        foreach (var hidden in filled.Bytes)
        {
            table.Add(
                hidden.Position.ToString(CultureInfo.InvariantCulture),
                string.Join("  ", hidden.Guesses.Select(guess =>
                    string.Create(CultureInfo.InvariantCulture, $"{Shown(guess.Value)} {100 * guess.Probability:F1} %"))));
        }

        table.WriteTo(terminal);
        return ExitCode.Success;
    }

    private static string Shown(byte value) => value is > 32 and < 127 ? $"{(char)value}" : $"0x{value:X2}";

    private static IEnumerable<Range> Places(string text, string part, bool required = true)
    {
        var found = false;
        for (var at = 0; (at = text.IndexOf(part, at, StringComparison.Ordinal)) >= 0; at += part.Length)
        {
            found = true;
            yield return at..(at + part.Length);
        }

        if (required && !found)
        {
            throw new WrongInputException($"The text has no '{part}' to fill.");
        }
    }

    private static string ReadInput()
    {
        var (text, buffer) = (new StringBuilder(), new char[4096]);
        for (int read; text.Length < LongestInput && (read = Console.In.Read(buffer)) > 0;)
        {
            text.Append(buffer, 0, read);
        }

        return text.ToString();
    }
}
