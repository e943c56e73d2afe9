namespace Deep.Experiments;

/// <summary>
/// Augmentation multiplicity (2105.13343) in small: K copies of each picture in a batch of fixed size, so at equal updates
/// and equal gradient evaluations, at two budgets, the learning rate tuned alike for each K, three seeds.
/// </summary>
internal sealed class MultiplicityClaim(int pictures) : IClaim<TrainingPlan, TrainingOutcome>
{
    private static readonly double[] Rates = [0.1, 0.2, 0.4];
    private static readonly int[] OtherSeeds = [1, 2];

    /// <summary>K.</summary>
    public static IReadOnlyList<int> Copies { get; } = [1, 2, 4, 8];

    /// <summary>What is held while K grows, and for how long is trained.</summary>
    public static IReadOnlyList<MultiplicitySetting> Settings { get; } =
    [
        new("fixed batch of 128, short", copies => (128 / copies, 400)),
        new("fixed batch of 128, long", copies => (128 / copies, 1200)),
    ];

    /// <inheritdoc/>
    /// <remarks>Every rate with the first seed, then the best rate of each K with two more.</remarks>
    public void Run(Func<TrainingPlan, TrainingOutcome> outcome, Predicate<int> isMine)
    {
        var cells = (from setting in Settings from copies in Copies select (setting, copies)).ToArray();
        for (var i = 0; i < cells.Length; i++)
        {
            if (isMine(i))
            {
                foreach (var plan in Plans(cells[i].setting, cells[i].copies, outcome))
                {
                    outcome(plan);
                }
            }
        }
    }

    /// <inheritdoc/>
    public string Tables(Func<TrainingPlan, TrainingOutcome> outcome) => MultiplicityReport.Tables(this, outcome);

    /// <inheritdoc/>
    public byte[] Figure(Func<TrainingPlan, TrainingOutcome> outcome) => MultiplicityReport.Figure(this, outcome);

    /// <summary>The plans of one cell at its best rate, all seeds; asks for the tuning runs first.</summary>
    public IReadOnlyList<TrainingPlan> Plans(
        MultiplicitySetting setting, int copies, Func<TrainingPlan, TrainingOutcome> outcome)
    {
        var (unique, steps) = setting.Of(copies);
        var best = Rates
            .Select(rate => outcome(new TrainingPlan(pictures, unique, copies, steps, rate, 0.04, Seed: 0)))
            .MinBy(end => end.ValidationLoss ?? double.PositiveInfinity)!.Plan;
        return [best, .. OtherSeeds.Select(seed => best with { Seed = seed })];
    }
}

/// <summary>A comparison over K.</summary>
/// <param name="Name">What is equal.</param>
/// <param name="Of">Unique pictures in a batch, and updates, of a K.</param>
internal sealed record MultiplicitySetting(string Name, Func<int, (int Unique, long Steps)> Of);
