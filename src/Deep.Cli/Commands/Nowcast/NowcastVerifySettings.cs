using System.ComponentModel;
using Deep.Cli.Nowcasts;
using Spectre.Console;
using Spectre.Console.Cli;
using static Deep.Cli.Commands.OptionRule;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep nowcast verify</c> can be told.</summary>
internal sealed class NowcastVerifySettings : NowcastSettings
{
    [CommandOption("--model <MODEL>")]
    [Description("A checkpoint of DGMR, dgmr-small (the one that comes along), persistence, extrapolation or steps; may be repeated. Persistence and extrapolation are always verified too.")]
    public string[] Models { get; init; } = [];

    [CommandOption("--members <COUNT>")]
    [Description("Members of a forecast.")]
    [DefaultValue(20)]
    public int Members { get; init; } = 20;

    [CommandOption("--stride <COUNT>")]
    [Description("Observations from one case to the next.")]
    [DefaultValue(4)]
    public int Stride { get; init; } = 4;

    [CommandOption("--cases <COUNT>")]
    [Description("At most so many cases, spread evenly; default: all.")]
    public int? Cases { get; init; }

    [CommandOption("--window <CELLS>")]
    [Description("Side of the central square whose cells count; default: all cells.")]
    public int? Window { get; init; }

    [CommandOption("--above <RATES>")]
    [Description("Rain rates of the yes/no scores, in mm/h, with commas.")]
    [DefaultValue("1,2,4,8")]
    public string Above { get; init; } = "1,2,4,8";

    [CommandOption("--out <FOLDER>")]
    [Description("Where the report goes: report.html, report.json and report.csv.")]
    [DefaultValue("verification")]
    public string Out { get; init; } = "verification";

    /// <summary>The rain rates of the yes/no scores; empty where the text is none.</summary>
    public IReadOnlyList<double> Thresholds => RainRates.Parse(Above);

    /// <summary>All models, each once, the baselines first.</summary>
    public IEnumerable<string> AllModels => new[] { NowcasterChoice.Persistence, NowcasterChoice.Extrapolation }.Concat(Models).Distinct();

    public override ValidationResult Validate() =>
        Check(Members is >= 1 and <= 1000, "--members", "from 1 to 1000", Members)
            ?? Check(Stride is >= 1 and <= 1000, "--stride", "from 1 to 1000", Stride)
            ?? Check(Cases is null or >= 1, "--cases", "1 or more", Cases)
            ?? Check(Window is null or >= 1, "--window", "1 or more", Window)
            ?? Check(Thresholds.Count > 0, "--above", "rain rates above 0 with commas, such as 1,4", Above)
            ?? base.Validate();
}
