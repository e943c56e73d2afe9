using Deep.Training.SignalPropagation;

namespace Deep.Experiments.Vanilla;

/// <summary>
/// Transformers without skips and normalisation (2302.10322) in small: 36 layers on characters. Each method is tried at five
/// learning rates with one seed, then at the best of them and its neighbours with three; gamma, eta, the rescaling and the
/// optimiser's settings of E-SPA are changed one at a time; 72 layers.
/// </summary>
internal sealed class VanillaClaim : IClaim<VanillaPlan, VanillaOutcome>
{
    private const long Steps = 300;
    private const double Gamma = 0.2;
    private const double Eta = 0.5;
    private static readonly int[] Seeds = [0, 1, 2];

    /// <summary>The rates at which every method is tried.</summary>
    public static IReadOnlyList<double> Rates { get; } = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2];

    /// <summary>The methods: the plan of each, but for rate and seed.</summary>
    public static IReadOnlyList<VanillaSetting> Methods { get; } =
    [
        new("Pre-LN, skips and norms", Plan(BlockKind.PreLN)),
        new("plain, orthogonal", Plan(BlockKind.Plain, eta: Eta)),
        new("E-SPA", Plan(BlockKind.ExponentialSpa, Gamma, Eta)),
        new("U-SPA", Plan(BlockKind.UniformSpa, 0.8, Eta)),
        new("Value-SkipInit", Plan(BlockKind.ValueSkipInit, eta: Eta)),
        new("SAS-P", Plan(BlockKind.SasParallel)),
    ];

    /// <summary>What is changed about E-SPA, one thing at a time, at its best rate.</summary>
    public static IReadOnlyList<VanillaSetting> Variations { get; } =
    [
        new("γ = 0.005", Plan(BlockKind.ExponentialSpa, 0.005, Eta)),
        new("γ = 0.8", Plan(BlockKind.ExponentialSpa, 0.8, Eta)),
        new("η = 0.2", Plan(BlockKind.ExponentialSpa, Gamma, 0.2)),
        new("η = 0.9", Plan(BlockKind.ExponentialSpa, Gamma, 0.9)),
        new("kernel-exact rescaling", Plan(BlockKind.ExponentialSpa, Gamma, Eta) with { Rescale = SpaRescale.KernelExact }),
        new("warm-up 200", Plan(BlockKind.ExponentialSpa, Gamma, Eta) with { Warmup = 200 }),
        new("clip 0.1", Plan(BlockKind.ExponentialSpa, Gamma, Eta) with { Clip = 0.1 }),
        new("β₂ = 0.999", Plan(BlockKind.ExponentialSpa, Gamma, Eta) with { Beta2 = 0.999 }),
    ];

    /// <summary>Twice the depth, at half the best rate.</summary>
    public static VanillaSetting Deep { get; } = new("E-SPA, 72 layers", Plan(BlockKind.ExponentialSpa, Gamma, Eta) with { Layers = 72 });

    /// <inheritdoc/>
    /// <remarks>A method's runs are one setting; so is each variation.</remarks>
    public void Run(Func<VanillaPlan, VanillaOutcome> outcome, Predicate<int> isMine)
    {
        for (var method = 0; method < Methods.Count; method++)
        {
            if (isMine(method))
            {
                Array.ForEach([.. Near(Methods[method], outcome)], rate => Of(Methods[method], rate, outcome));
            }
        }

        for (var variation = 0; variation < Variations.Count; variation++)
        {
            if (isMine(variation))
            {
                Of(Variations[variation], BestRate(Spa, outcome), outcome);
            }
        }

        if (isMine(0))
        {
            Of(Deep, BestRate(Spa, outcome) / 2, outcome);
        }
    }

    /// <inheritdoc/>
    public string Tables(Func<VanillaPlan, VanillaOutcome> outcome) => VanillaReport.Tables(outcome);

    /// <inheritdoc/>
    public byte[] Figure(Func<VanillaPlan, VanillaOutcome> outcome) => VanillaReport.Figure(outcome);

    /// <summary>The method that is varied.</summary>
    public static VanillaSetting Spa => Methods[2];

    /// <summary>The runs of a setting at a rate, one for each seed.</summary>
    public static IReadOnlyList<VanillaOutcome> Of(VanillaSetting setting, double rate, Func<VanillaPlan, VanillaOutcome> outcome) =>
        [.. Seeds.Select(seed => outcome(setting.Plan with { LearningRate = rate, Seed = seed }))];

    /// <summary>The rate with the lowest validation loss of the first seed, and the one on each side of it.</summary>
    public static IReadOnlyList<double> Near(VanillaSetting method, Func<VanillaPlan, VanillaOutcome> outcome)
    {
        var best = Enumerable.Range(0, Rates.Count)
            .MinBy(i => outcome(method.Plan with { LearningRate = Rates[i], Seed = Seeds[0] }).ValidationLoss ?? double.PositiveInfinity);
        var first = Math.Clamp(best - 1, 0, Rates.Count - 3);
        return [.. Rates.Skip(first).Take(3)];
    }

    /// <summary>Of <see cref="Near"/>, the rate with the lowest median validation loss.</summary>
    public static double BestRate(VanillaSetting setting, Func<VanillaPlan, VanillaOutcome> outcome) => Near(setting, outcome).MinBy(rate =>
        SeedSummary.Median([.. Of(setting, rate, outcome).Select(run => run.ValidationLoss ?? double.PositiveInfinity).Order()]));

    private static VanillaPlan Plan(BlockKind block, double target = 0, double eta = 0) =>
        new(block, Layers: 36, Steps, LearningRate: 0, Seed: 0, target, eta);
}

/// <summary>A line of a table.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Plan">The plan, but for rate and seed.</param>
internal sealed record VanillaSetting(string Name, VanillaPlan Plan);
