using System.ComponentModel;
using Spectre.Console;
using Spectre.Console.Cli;
using static Deep.Cli.Commands.OptionRule;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep perceiver flow</c> can be told.</summary>
internal sealed class PerceiverFlowSettings : PerceiverSettings
{
    [CommandArgument(0, "<FIRST>")]
    [Description("The earlier picture.")]
    public string First { get; init; } = "";

    [CommandArgument(1, "<SECOND>")]
    [Description("The later picture, of the same size.")]
    public string Second { get; init; } = "";

    [CommandOption("--out <PNG>")]
    [Description("Where the flow is drawn: direction as hue, length as colour.")]
    [DefaultValue("flow.png")]
    public string Out { get; init; } = "flow.png";

    [CommandOption("--flo <FILE>")]
    [Description("Also writes the numbers, as Middlebury's .flo.")]
    public string? Flo { get; init; }

    [CommandOption("--warped <PNG>")]
    [Description("Also writes the later picture pulled back onto the earlier one.")]
    public string? Warped { get; init; }

    [CommandOption("--truth <FLO>")]
    [Description("A .flo file with the true flow: the end-point error is measured.")]
    public string? Truth { get; init; }

    [CommandOption("--batch <TILES>")]
    [Description("Tiles that are computed at once.")]
    [DefaultValue(1)]
    public int Batch { get; init; } = 1;

    public override ValidationResult Validate() =>
        Check(Batch is >= 1 and <= 64, "--batch", "from 1 to 64", Batch)
            ?? Check(IsPng(Out), "--out", "the name of a .png file", Out)
            ?? Check(Warped is null || IsPng(Warped), "--warped", "the name of a .png file", Warped)
            ?? base.Validate();

    private static bool IsPng(string file) => Path.GetExtension(file).Equals(".png", StringComparison.OrdinalIgnoreCase);
}
