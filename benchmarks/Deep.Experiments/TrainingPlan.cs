using Deep.Training;

namespace Deep.Experiments;

/// <summary>One training run of an experiment, in full: two equal plans give the same weights.</summary>
/// <param name="Pictures">Pictures of the training set that are used, the first of each class alike.</param>
/// <param name="Unique">Different pictures in a batch.</param>
/// <param name="Copies">Augmented copies of each.</param>
/// <param name="Steps">Updates.</param>
/// <param name="LearningRate">The peak rate of the warm-up cosine schedule.</param>
/// <param name="ClipFactor">Lambda of adaptive gradient clipping; 0 for none.</param>
/// <param name="Seed">The seed of weights, order, augmentation.</param>
/// <param name="Rho">Of sharpness-aware minimisation; 0 for none.</param>
/// <param name="IsAdaptive">Whether that is the adaptive form.</param>
/// <param name="AscentShare">The share of a batch that its first pass is over.</param>
internal sealed record TrainingPlan(
    int Pictures, int Unique, int Copies, long Steps, double LearningRate, double ClipFactor, int Seed,
    double Rho = 0, bool IsAdaptive = false, double AscentShare = 1)
{
    /// <summary>The batch.</summary>
    public AugmentationMultiplicity Batch() => AugmentationMultiplicity.FixedUnique(Unique, Copies);

    /// <summary>What it costs.</summary>
    public TrainingBudget Budget() => Batch().Budget(Steps, Pictures);
}
