using Deep.Training;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast.Recipes;

/// <summary>The numbers of a training run of DGMR, and the optimisers, the average and the trainer's options made from them.</summary>
/// <remarks>
/// Sources: 2104.00954, methods; DeepMind's pseudocode where the text is silent. Every step has two updates of the discriminators, then one
/// of the generator. Rain is in mm/h, not normalised. Immutable.
/// </remarks>
public sealed record DgmrRecipe
{
    /// <summary>The paper's run: 500,000 steps of 16 sequences, six members, λ 20, Adam with β₁ 0, average 0.9999.</summary>
    public static DgmrRecipe Paper { get; } = new();

    /// <summary>The paper's with what openclimatefix trains otherwise and is no mistake: the two discriminators' losses are added.</summary>
    public static DgmrRecipe OpenClimateFix { get; } = new() { Hinge = HingeForm.SumOfTwo };

    /// <summary>Sequences in a batch, 1 or more. Default 16.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Updates of the generator, 1 or more. Default 500,000.</summary>
    public long Steps { get; init; } = 500_000;

    /// <summary>Updates of the discriminators before each of the generator, 0 or more. Default 2; 0 trains on the regulariser alone.</summary>
    public int DiscriminatorSteps { get; init; } = 2;

    /// <summary>Whether all updates of a step see one batch, as in the pseudocode, or each a new one. Default true.</summary>
    public bool SharesBatch { get; init; } = true;

    /// <summary>Adam's rate for the generator, above 0. Default 5e-5.</summary>
    public double GeneratorRate { get; init; } = 5e-5;

    /// <summary>Adam's rate for the discriminators, above 0. Default 2e-4.</summary>
    public double DiscriminatorRate { get; init; } = 2e-4;

    /// <summary>Adam's β₁, 0 to below 1. Default 0.</summary>
    public double Beta1 { get; init; }

    /// <summary>Adam's β₂, 0 to below 1. Default 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Adam's ε, above 0. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Members of each forecast in the generator's update, each with noise of its own, 1 or more. Default 6.</summary>
    public int Members { get; init; } = 6;

    /// <summary>How many of them are computed at once, 1 to all. Default 1.</summary>
    /// <remarks>
    /// The gradient is that of all members in any case. With fewer than all, their mean is found first without gradients, and then each
    /// part goes forward and backward for itself: the memory is that of a part, the time a third more. Batch normalisation sees one part.
    /// </remarks>
    public int MembersPerPass { get; init; } = 1;

    /// <summary>λ, what the regulariser weighs, 0 or more. Default 20.</summary>
    public double RegularizerWeight { get; init; } = 20;

    /// <summary>The regulariser.</summary>
    public GridCellRegularizer Regularizer { get; init; } = new();

    /// <summary>How the discriminators' losses are put together.</summary>
    public HingeForm Hinge { get; init; }

    /// <summary>The decay of the generator's average, which is evaluated and saved in its place. Default 0.9999.</summary>
    public AverageDecay Average { get; init; } = AverageDecay.Fixed(0.9999);

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ConfigurationException">A setting is out of its range; names it.</exception>
    public void Validate()
    {
        Require(Batch is >= 1 and <= 1_000_000, nameof(Batch), "from 1 to 1000000", Batch);
        Require(Steps >= 1, nameof(Steps), "1 or more", Steps);
        Require(DiscriminatorSteps is >= 0 and <= 100, nameof(DiscriminatorSteps), "from 0 to 100", DiscriminatorSteps);
        Require(IsRate(GeneratorRate), nameof(GeneratorRate), "a finite number above 0", GeneratorRate);
        Require(IsRate(DiscriminatorRate), nameof(DiscriminatorRate), "a finite number above 0", DiscriminatorRate);
        Require(Members is >= 1 and <= 1000, nameof(Members), "from 1 to 1000", Members);
        Require(
            MembersPerPass >= 1 && MembersPerPass <= Members && Members % MembersPerPass == 0,
            nameof(MembersPerPass), $"a divisor of the {Members} members", MembersPerPass);
        Require(
            RegularizerWeight >= 0 && double.IsFinite(RegularizerWeight), nameof(RegularizerWeight), "a finite number of 0 or more", RegularizerWeight);
        Require(Enum.IsDefined(Hinge), nameof(Hinge), "one of the forms", Hinge);
        Require(Average is not null, nameof(Average), "a rule", null);
        Require(Regularizer is not null, nameof(Regularizer), "a regulariser", null);
        Regularizer!.Validate();
    }

    /// <summary>Adam for the generator.</summary>
    /// <param name="generator">The generator.</param>
    /// <returns>The optimiser. The caller disposes it.</returns>
    public Optimizer GeneratorOptimizer(Module generator) => Adam(generator, 1);

    /// <summary>Adam for the discriminators, whose rate is a fixed multiple of the generator's.</summary>
    /// <param name="discriminator">Both discriminators.</param>
    /// <returns>The optimiser, to be given the generator's rate. The caller disposes it.</returns>
    public Optimizer DiscriminatorOptimizer(Module discriminator) => Adam(discriminator, DiscriminatorRate / GeneratorRate);

    /// <summary>The course of the run: its steps at constant rates.</summary>
    public TrainerOptions Options() => new() { Steps = Steps, Schedule = Schedules.Constant(GeneratorRate) };

    private static bool IsRate(double rate) => rate > 0 && double.IsFinite(rate);

    private static void Require(bool holds, string setting, string expected, object? found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"DgmrRecipe.{setting}", expected, found);
        }
    }

    private AdamW Adam(Module model, double rateFactor) => new(
        [new ParameterGroup { Parameters = ParameterRoles.Of(model), LearningRateFactor = rateFactor }], Beta1, Beta2, Epsilon);
}
