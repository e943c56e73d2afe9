using System.ComponentModel;
using Deep.Cli.Nowcasts;
using Spectre.Console;
using Spectre.Console.Cli;
using static Deep.Cli.Commands.OptionRule;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep nowcast run</c> can be told.</summary>
internal sealed class NowcastRunSettings : NowcastSettings
{
    [CommandOption("--model <MODEL>")]
    [Description("A checkpoint of DGMR, dgmr-small (the one that comes along), persistence, extrapolation or steps.")]
    [DefaultValue(NowcasterChoice.Extrapolation)]
    public string Model { get; init; } = NowcasterChoice.Extrapolation;

    [CommandOption("--members <COUNT>")]
    [Description("Possible futures; persistence and extrapolation have one.")]
    [DefaultValue(1)]
    public int Members { get; init; } = 1;

    [CommandOption("--z-scale <FACTOR>")]
    [Description("Standard deviation of a checkpoint's noise; 2 in the paper's calibrated variant.")]
    [DefaultValue(1.0)]
    public double ZScale { get; init; } = 1;

    [CommandOption("--above <RATE>")]
    [Description("The rain rate, in mm/h, whose probability is drawn.")]
    [DefaultValue(1.0)]
    public double Above { get; init; } = 1;

    [CommandOption("--format <NAME>")]
    [Description("tif (a page for each member and time) or nc (CF netCDF-4, which is HDF5).")]
    [DefaultValue("tif")]
    public string Format { get; init; } = "tif";

    [CommandOption("--out <FOLDER>")]
    [Description("Where the forecast, its maps and its animation go.")]
    [DefaultValue("nowcast")]
    public string Out { get; init; } = "nowcast";

    public override ValidationResult Validate() =>
        Check(Members is >= 1 and <= 1000, "--members", "from 1 to 1000", Members)
            ?? Check(ZScale is >= 0 and <= 100, "--z-scale", "from 0 to 100", ZScale)
            ?? Check(Above > 0 && double.IsFinite(Above), "--above", "above 0", Above)
            ?? OneOf(["tif", "nc"], "--format", Format)
            ?? base.Validate();
}
