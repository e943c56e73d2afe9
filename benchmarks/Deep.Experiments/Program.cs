using System.Globalization;
using Deep;
using Deep.Checkpoints;
using Deep.Experiments;
using Deep.Experiments.Nowcast;
using Deep.Experiments.Vanilla;
using Deep.Tensors;

const int Pictures = 2000;
const string usage = """
    Deep.Experiments: the papers' claims in small, by one command each.

      clipping      --data PICTURES.zip [--out docs/results] [--share 1/1] [--threads 1]
          Adaptive gradient clipping at two batch sizes and learning rates that double until training breaks.
      multiplicity  --data PICTURES.zip [--out docs/results] [--share 1/1] [--threads 1]
          One to eight augmented copies of each picture in a batch of fixed size, at two budgets, on 2,000 pictures in bf16;
          the learning rate is tuned on 2,000 other training pictures.
      sharpness     --data PICTURES.zip [--out docs/results] [--share 1/1] [--threads 1]
          Sharpness-aware minimisation and its adaptive form at equal updates and at equal gradient evaluations.

      vanilla       --text TEXT.txt [--out docs/results] [--share 1/1] [--threads 1]
          Transformers of 36 and 72 layers without skips and normalisation on characters, beside some with.
      vanilla-gate  --text TEXT.txt [--threads 1]
          A short form of it, which fails when what it shows no longer holds.

      nowcast       --data RADAR_FOLDER [--out runs/nowcast] [--steps 1200] [--only dgmr|deterministic|verify] [--cases 24] [--threads 1]
          A small DGMR on real radar events beside its deterministic twin, extrapolation and persistence; goes on where it was stopped.

    The zip has train/<class>/* and test/<class>/*; pictures are brought to 16 pixels. Each run adds a line to <out>/<claim>-claim.jsonl and is not run again;
    with --share 1/2 and --share 2/2, two processes do half of the runs each. Without it, tables and figure are made at the end.
    """;

if (args.Length == 0 || args[0] is not ("clipping" or "multiplicity" or "sharpness" or "vanilla" or "vanilla-gate" or "nowcast") || args.Length % 2 == 0)
{
    Console.WriteLine(usage);
    return args.Length == 1 && args[0] is "--help" or "-h" ? 0 : 2;
}

string Option(string name, string? preset) =>
    Array.IndexOf(args, name) is > 0 and var at ? args[at + 1]
    : preset ?? throw new ConfigurationException(name, "given", null);

int Number(string name, string preset) => int.Parse(Option(name, preset), CultureInfo.InvariantCulture);

void Claim<TPlan, TOutcome>(IClaim<TPlan, TOutcome> claim, Func<TPlan, TOutcome> run)
    where TPlan : IEquatable<TPlan>
    where TOutcome : IOutcome<TPlan>
{
    var output = Directory.CreateDirectory(Option("--out", "docs/results")).FullName;
    var outcomes = new OutcomeFile<TPlan, TOutcome>(Path.Combine(output, $"{args[0]}-claim.jsonl"));
    var share = Option("--share", "1/1").Split('/').Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
    TOutcome Outcome(TPlan plan) => outcomes.Of(plan, run);
    claim.Run(Outcome, number => number % share[1] == share[0] - 1);
    if (share[1] == 1)
    {
        Console.WriteLine(claim.Tables(Outcome));
        AtomicFile.Write(Path.Combine(output, $"{args[0]}-claim.png"), stream => stream.Write(claim.Figure(Outcome)));
    }
}

try
{
    ComputeThreads.Use(Number("--threads", "1"));
    if (args[0] == "vanilla-gate")
    {
        return VanillaGate.Holds(new VanillaRunner(Option("--text", null))) ? 0 : 1;
    }

    if (args[0] == "nowcast")
    {
        NowcastExperiment.Run(Option("--data", null), Option("--out", "runs/nowcast"), Number("--steps", "1200"), Option("--only", ""), Number("--cases", "24"));
        return 0;
    }

    if (args[0] == "vanilla")
    {
        Claim(new VanillaClaim(), new VanillaRunner(Option("--text", null)).Run);
        return 0;
    }

    var runner = new PlanRunner(Option("--data", null), precision: args[0] == "clipping" ? Precision.Float32 : Precision.BFloat16);
    IClaim<TrainingPlan, TrainingOutcome> claim = args[0] switch
    {
        "clipping" => new ClippingClaim(runner.Pictures),
        "multiplicity" => new MultiplicityClaim(Pictures),
        _ => new SharpnessClaim(Pictures),
    };
    Claim(claim, runner.Run);
    return 0;
}
catch (Exception error) when (error is DeepException or FormatException or IndexOutOfRangeException)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
