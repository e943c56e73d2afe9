using System.ComponentModel;
using Deep.Cli.Nowcasts;
using Spectre.Console;
using Spectre.Console.Cli;
using static Deep.Cli.Commands.OptionRule;

namespace Deep.Cli.Commands;

/// <summary>What all commands that forecast rain can be told.</summary>
internal abstract class NowcastSettings : MachineSettings
{
    [CommandArgument(0, "<RADAR>")]
    [Description("Radar files, or folders of them: KNMI and ODIM HDF5, Rainfields netCDF, FMI PGM, MeteoSwiss GIF, GeoTIFF, NumPy.")]
    public string[] Radar { get; init; } = [];

    [CommandOption("--steps <COUNT>")]
    [Description("Lead times, as far apart as the observations.")]
    [DefaultValue(18)]
    public int Steps { get; init; } = 18;

    [CommandOption("--context <COUNT>")]
    [Description("Observations that a forecast starts from.")]
    [DefaultValue(4)]
    public int Context { get; init; } = 4;

    [CommandOption("--coarsen <FACTOR>")]
    [Description("How many cells in a row become one, by their mean.")]
    [DefaultValue(1)]
    public int Coarsen { get; init; } = 1;

    [CommandOption("--seed <NUMBER>")]
    [Description("Start of every random draw.")]
    [DefaultValue(0L)]
    public long Seed { get; init; }

    [CommandOption("--json")]
    [Description("Writes one JSON document to the output, and nothing else.")]
    public bool Json { get; init; }

    /// <summary>The files, in order of their names.</summary>
    public IReadOnlyList<string> Files => RadarFiles.Of(Radar);

    public override ValidationResult Validate() =>
        Check(Radar.Length > 0, "RADAR", "one file or folder or more", "none")
            ?? Check(Steps is >= 1 and <= 1000, "--steps", "from 1 to 1000", Steps)
            ?? Check(Context is >= 1 and <= 100, "--context", "from 1 to 100", Context)
            ?? Check(Coarsen is >= 1 and <= 100, "--coarsen", "from 1 to 100", Coarsen)
            ?? base.Validate();
}
