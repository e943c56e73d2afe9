using Deep.Training;

namespace Deep.NFNets.Recipes;

/// <summary>
/// The numbers of a training run of the NFNet papers, and the parts of a <see cref="Trainer"/> made from them.
/// </summary>
/// <remarks>
/// Sources: 2102.06171, appendix A, and deepmind-research nfnets/experiment_*.py, which agree unless said otherwise.
/// Immutable.
/// </remarks>
public sealed record NFNetRecipe
{
    /// <summary>NFNets on ImageNet: 360 epochs at batch 4,096 with adaptive gradient clipping.</summary>
    public static NFNetRecipe ImageNet { get; } = new();

    /// <summary>
    /// Fine-tuning of a network that was pre-trained on a large data set (2102.06171, appendix A.5): 15,000 steps at
    /// batch 2,048.
    /// </summary>
    /// <remarks>
    /// The paper adds sharpness-aware minimisation with rho 0.05, dropout 0.25 and stochastic depth 0.1.
    /// </remarks>
    public static NFNetRecipe FineTuning { get; } = new()
    {
        Batch = 2048,
        Steps = 15_000,
        PeakRate = 0.1,
        WarmupSteps = 5000,
        WeightDecay = 1e-5,
        AverageDecay = 0.9999,
    };

    /// <summary>Pictures in a batch, 1 or more. Default 4,096.</summary>
    public int Batch { get; init; } = 4096;

    /// <summary>Passes over the data, above 0, where <see cref="Steps"/> is not given. Default 360.</summary>
    public double Epochs { get; init; } = 360;

    /// <summary>Steps, 1 or more; null, the default: as many as <see cref="Epochs"/> need.</summary>
    public long? Steps { get; init; }

    /// <summary>The learning rate after the warm-up; null, the default: 0.1 for each 256 pictures of a batch.</summary>
    public double? PeakRate { get; init; }

    /// <summary>The learning rate at the end. Default 0.</summary>
    public double FinalRate { get; init; }

    /// <summary>Warm-up in epochs where <see cref="WarmupSteps"/> is not given. Default 5.</summary>
    public double WarmupEpochs { get; init; } = 5;

    /// <summary>Warm-up in steps; null, the default: as many as <see cref="WarmupEpochs"/> need.</summary>
    public long? WarmupSteps { get; init; }

    /// <summary>Nesterov momentum, [0, 1). Default 0.9.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Decay of weights, not of gains and biases. Default 2e-5.</summary>
    public double WeightDecay { get; init; } = 2e-5;

    /// <summary>
    /// Adaptive gradient clipping of all but the classifier's weight; null: none. Default factor 0.01.
    /// </summary>
    public AdaptiveGradientClipping? Clipping { get; init; } = new();

    /// <summary>Label smoothing, [0, 1). Default 0.1.</summary>
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>Mixing of pictures; null: none. Default mixup on one half of a batch, cutmix on the other.</summary>
    public Mixing? Mixing { get; init; } = Mixing.NFNet;

    /// <summary>
    /// Limit of the weight average's decay, with TensorFlow's warm-up; 0: no average. Default 0.99999.
    /// </summary>
    public double AverageDecay { get; init; } = 0.99999;

    /// <summary>NF-RegNets on ImageNet (experiment_nf_regnets.py): batch 1,024, no clipping, decay by level.</summary>
    /// <param name="level">0 to 8 for B0 to B8; the code's own table ends at 5 and is continued by its rule.</param>
    public static NFNetRecipe RegNet(int level)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, 8);
        var decay = 5e-5 + (1e-5 * level);
        return new() { Batch = 1024, PeakRate = 0.4, FinalRate = 0.001, WeightDecay = decay, Clipping = null };
    }

    /// <summary>The steps of a run over a data set.</summary>
    /// <param name="pictures">Pictures in the data set, 1 or more.</param>
    public long StepsOver(long pictures) => Steps ?? Math.Max(1, (long)(pictures * Epochs / Batch));

    /// <summary>The learning rate of each step: linear warm-up from 0, then cosine.</summary>
    /// <param name="pictures">Pictures in the data set, 1 or more.</param>
    /// <exception cref="ConfigurationException">The warm-up is not shorter than the run.</exception>
    public Schedule ScheduleOver(long pictures)
    {
        var warmup = WarmupSteps ?? WarmupEpochs * pictures / Batch;
        return Schedules.WarmupCosine(PeakRate ?? 0.1 * Batch / 256, warmup, StepsOver(pictures), minimum: FinalRate);
    }

    /// <summary>The optimiser of a network: three groups, told by the parameters' roles.</summary>
    /// <param name="network">The network.</param>
    /// <returns>The optimiser. The caller disposes it.</returns>
    public NesterovSgd Optimizer(NFNet network) => new(ParameterGroup.ByRole(network, WeightDecay, Clipping), Momentum);

    /// <summary>The average that follows a network's weights, or null where the recipe has none.</summary>
    /// <param name="network">The network.</param>
    /// <returns>The average. The caller disposes it.</returns>
    public WeightAverage? Average(NFNet network) =>
        AverageDecay > 0 ? new(network, Training.AverageDecay.TensorFlow1(AverageDecay)) : null;

    /// <summary>The loss of a batch.</summary>
    /// <param name="network">The network.</param>
    public Func<LabelledPictures, StepLoss> Objective(NFNet network) =>
        Training.Classification.Objective(network, new SoftTargetCrossEntropy { LabelSmoothing = LabelSmoothing });
}
