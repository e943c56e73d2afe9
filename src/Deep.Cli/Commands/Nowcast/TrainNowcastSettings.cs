using System.ComponentModel;
using Deep.Cli.Nowcasts;
using Spectre.Console;
using Spectre.Console.Cli;
using static Deep.Cli.Commands.OptionRule;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep nowcast train</c> can be told.</summary>
internal sealed class TrainNowcastSettings : MachineSettings
{
    [CommandArgument(0, "<RADAR>")]
    [Description("Folders of radar files to train on; each is one event, and a gap in it begins another.")]
    public string[] Radar { get; init; } = [];

    [CommandOption("--test <FOLDER>")]
    [Description("Folders to test on; may be repeated.")]
    public string[] Test { get; init; } = [];

    [CommandOption("--preset <NAME>")]
    [Description("small (64 x 64 cells, an hour on two cores) or paper.")]
    [DefaultValue(NowcastPreset.Small)]
    public string Preset { get; init; } = NowcastPreset.Small;

    [CommandOption("--config <FILE>")]
    [Description("The networks, as JSON of a DgmrConfig; default: the preset's.")]
    public string? Config { get; init; }

    [CommandOption("--steps <COUNT>")]
    [Description("Updates of the generator; default: the preset's.")]
    public long? StepsGiven { get; init; }

    [CommandOption("--batch <COUNT>")]
    [Description("Crops of a step; default: the preset's.")]
    public int? BatchGiven { get; init; }

    [CommandOption("--members <COUNT>")]
    [Description("Members of each forecast in the generator's update; default: the preset's.")]
    public int? MembersGiven { get; init; }

    [CommandOption("--members-per-pass <COUNT>")]
    [Description("How many of them are computed at once: fewer need less memory and a third more time; default: the preset's.")]
    public int? PerPassGiven { get; init; }

    [CommandOption("--lambda <WEIGHT>")]
    [Description("What the distance of the members' mean weighs beside the discriminators.")]
    [DefaultValue(20.0)]
    public double Lambda { get; init; } = 20;

    [CommandOption("--lr <RATE>")]
    [Description("The generator's learning rate; the discriminators' keeps its multiple. Default: the preset's.")]
    public double? RateGiven { get; init; }

    [CommandOption("--size <CELLS>")]
    [Description("Rows and columns of a crop, a multiple of 32; default: the preset's.")]
    public int? SizeGiven { get; init; }

    [CommandOption("--coarsen <FACTOR>")]
    [Description("How many cells in a row become one, by their mean.")]
    [DefaultValue(1)]
    public int Coarsen { get; init; } = 1;

    [CommandOption("--uniform")]
    [Description("Draws all crops alike, and not those with rain more often.")]
    public bool Uniform { get; init; }

    [CommandOption("--test-crops <COUNT>")]
    [Description("Crops of a test.")]
    [DefaultValue(32)]
    public int TestCrops { get; init; } = 32;

    [CommandOption("--test-every <STEPS>")]
    [Description("Steps between two tests, each of which also saves the model; default: a tenth of all.")]
    public long? TestEvery { get; init; }

    [CommandOption("--seed <NUMBER>")]
    [Description("Start of every random draw: the same seed and threads give the same weights.")]
    [DefaultValue(0L)]
    public long Seed { get; init; }

    [CommandOption("--out <FOLDER>")]
    [Description("Where model, history, curves and checkpoints go.")]
    [DefaultValue("runs/nowcast")]
    public string Out { get; init; } = "runs/nowcast";

    [CommandOption("--fresh")]
    [Description("Starts anew where --out has a run already; without it, such a run goes on.")]
    public bool Fresh { get; init; }

    [CommandOption("--checkpoint-every <STEPS>")]
    [Description("Steps between two checkpoints that a run goes on from; default: one at each test.")]
    [DefaultValue(0L)]
    public long CheckpointEvery { get; init; }

    /// <summary>The preset with what the command line changes.</summary>
    public NowcastPreset Chosen => NowcastPreset.Of(this);

    /// <summary>The steps between two tests.</summary>
    public long StepsPerTest => TestEvery ?? Math.Max(1, Chosen.Recipe.Steps / 10);

    public override ValidationResult Validate() =>
        Check(Radar.Length > 0, "<RADAR>", "one folder or more", "none")
        ?? Check(Test.Length > 0, "--test", "one folder or more", "none")
        ?? OneOf(NowcastPreset.Names, "--preset", Preset)
        ?? Check(StepsGiven is null or >= 1, "--steps", "1 or more", StepsGiven)
        ?? Check(BatchGiven is null or (>= 1 and <= 1_000_000), "--batch", "from 1 to 1000000", BatchGiven)
        ?? Check(MembersGiven is null or (>= 1 and <= 1000), "--members", "from 1 to 1000", MembersGiven)
        ?? Check(PerPassGiven is null or (>= 1 and <= 1000), "--members-per-pass", "from 1 to 1000", PerPassGiven)
        ?? Check(Lambda >= 0 && double.IsFinite(Lambda), "--lambda", "0 or more", Lambda)
        ?? Check(RateGiven is null or (> 0 and <= double.MaxValue), "--lr", "above 0", RateGiven)
        ?? Check(SizeGiven is null or (>= 32 and <= 4096) && (SizeGiven ?? 0) % 32 == 0, "--size", "a multiple of 32 from 32 to 4096", SizeGiven)
        ?? Check(Coarsen is >= 1 and <= 100, "--coarsen", "from 1 to 100", Coarsen)
        ?? Check(TestCrops >= 1, "--test-crops", "1 or more", TestCrops)
        ?? Check(TestEvery is null or >= 1, "--test-every", "1 or more", TestEvery)
        ?? Check(CheckpointEvery >= 0, "--checkpoint-every", "0 or more", CheckpointEvery)
        ?? base.Validate();
}
