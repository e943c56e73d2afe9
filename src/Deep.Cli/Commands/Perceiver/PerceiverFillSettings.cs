using System.ComponentModel;
using Spectre.Console;
using Spectre.Console.Cli;
using static Deep.Cli.Commands.OptionRule;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep perceiver fill</c> can be told.</summary>
internal sealed class PerceiverFillSettings : PerceiverSettings
{
    [CommandArgument(0, "<TEXT>")]
    [Description("The text; [[MASK]] stands for one hidden byte. '-' reads it from the input.")]
    public string Text { get; init; } = "";

    [CommandOption("--hide <PART>")]
    [Description("A part of the text that is hidden, wherever it stands; may be given again. Best with the space before it.")]
    public string[] Hide { get; init; } = [];

    [CommandOption("--top <K>")]
    [Description("Bytes that are suggested for each hidden one.")]
    [DefaultValue(5)]
    public int Top { get; init; } = 5;

    [CommandOption("--surest-first")]
    [Description("Fills one byte after another, the surest first: slower, and words that fit together.")]
    public bool SurestFirst { get; init; }

    public override ValidationResult Validate() =>
        Check(Top is >= 1 and <= 256, "--top", "from 1 to 256", Top)
            ?? Check(Hide.All(part => part.Length > 0), "--hide", "a text of one character or more", "none")
            ?? base.Validate();
}
