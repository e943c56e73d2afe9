using System.ComponentModel;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep scale images</c> can be told.</summary>
internal sealed class ScaleImagesSettings : MachineSettings
{
    [CommandArgument(0, "<GRID>")]
    [Description("A JSON file with data, widths and epochs; see the page 'Scaling laws'.")]
    public string Grid { get; init; } = "";

    [CommandOption("--out <FOLDER>")]
    [Description("Where runs, law and figure go; default: runs/<grid>. Runs that stand there are not trained again.")]
    public string? Out { get; init; }
}
