using Deep.Training;
using static TorchSharp.torch;

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
    /// batch 2,048, dropout 0.25, stochastic depth 0.1, sharpness-aware minimisation with an ascent on a fifth of the
    /// batch.
    /// </summary>
    /// <remarks>
    /// The four copies of each picture are those of 2310.16764 (section 3), where they raised the best result from 90.3
    /// to 90.4 % at the same compute: passes over the pictures are fewer by the same factor. That paper trains at 384
    /// pixels and evaluates at 480. At another batch, scale <see cref="PeakRate"/> with it.
    /// </remarks>
    public static NFNetRecipe FineTuning { get; } = new()
    {
        Batch = 2048,
        Steps = 15_000,
        PeakRate = 0.1,
        WarmupSteps = 5000,
        WeightDecay = 1e-5,
        AverageDecay = 0.9999,
        Copies = 4,
        Dropout = 0.25,
        StochasticDepth = 0.1,
        Sharpness = new() { Rho = 0.05, AscentShare = 0.2 },
    };

    /// <summary>Pictures in a batch, 1 or more. Default 4,096.</summary>
    public int Batch { get; init; } = 4096;

    /// <summary>
    /// Augmented copies of each picture in a batch (augmentation multiplicity), a divisor of <see cref="Batch"/>.
    /// Default 1.
    /// </summary>
    public int Copies { get; init; } = 1;

    /// <summary>
    /// Gradient evaluations of each picture, above 0, where <see cref="Steps"/> is not given: passes over the data times
    /// <see cref="Copies"/>, so that more copies cost nothing. Default 360.
    /// </summary>
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

    /// <summary>
    /// Probability of dropping a feature before the classifier, [0, 1); null, the default: the network's own.
    /// </summary>
    public double? Dropout { get; init; }

    /// <summary>Rate of stochastic depth, [0, 1); null, the default: the network's own.</summary>
    public double? StochasticDepth { get; init; }

    /// <summary>Sharpness-aware minimisation; null, the default: none.</summary>
    public SharpnessAwareMinimization? Sharpness { get; init; }

    /// <summary>
    /// Factor on the learning rate from each layer to the one before it, (0, 1]. Default 1, the papers'; 0.65 to 0.9
    /// keeps a pre-trained body closer to what it was.
    /// </summary>
    public double LayerDecay { get; init; } = 1;

    /// <summary>The layers that keep their pre-trained weights. Default none.</summary>
    public FrozenLayers Frozen { get; init; } = FrozenLayers.None;

    /// <summary>The size of a batch and the copies of each picture in it.</summary>
    /// <exception cref="ConfigurationException">The copies do not divide the batch.</exception>
    public AugmentationMultiplicity Multiplicity => AugmentationMultiplicity.FixedBatch(Batch, Copies);

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

    /// <summary>A network's configuration with the recipe's dropout and stochastic depth.</summary>
    /// <param name="config">What is to be built.</param>
    public NFNetConfig Regularize(NFNetConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config with
        {
            Dropout = Dropout ?? config.Dropout,
            StochasticDepth = StochasticDepth ?? config.StochasticDepth,
        };
    }

    /// <summary>
    /// How a pre-trained checkpoint is loaded for this recipe: a fresh classifier for new classes on its body, the
    /// recipe's dropout and stochastic depth, and pictures of another size where one is given.
    /// </summary>
    /// <remarks>
    /// The classifier starts as the reference initialises one: weights of deviation 0.01, or of zero where
    /// <see cref="NFNetConfig.ZeroClassifier"/> says so, and biases of zero. The network is fully convolutional, so
    /// another size of pictures changes no weight.
    /// </remarks>
    /// <param name="classes">The new classes, 1 or more.</param>
    /// <param name="trainSize">Side of the training pictures; null: the checkpoint's own sizes.</param>
    /// <param name="testSize">Side of the pictures at evaluation; null: as in training, where that is given.</param>
    /// <param name="device">Where the network is; null: the default device.</param>
    /// <exception cref="ConfigurationException">There is no class.</exception>
    public NFNetLoadOptions Pretrained(int classes, int? trainSize = null, int? testSize = null, Device? device = null)
    {
        if (classes < 1)
        {
            throw new ConfigurationException("NFNetRecipe.Pretrained classes", "1 or more", classes);
        }

        return new()
        {
            NewClasses = classes,
            Device = device,
            Change = config => Regularize(config) with
            {
                TrainSize = trainSize ?? config.TrainSize,
                TestSize = testSize ?? trainSize ?? config.TestSize,
            },
        };
    }

    /// <summary>The learning rate of each step: linear warm-up from 0, then cosine.</summary>
    /// <param name="pictures">Pictures in the data set, 1 or more.</param>
    /// <exception cref="ConfigurationException">The warm-up is not shorter than the run.</exception>
    public Schedule ScheduleOver(long pictures)
    {
        var warmup = WarmupSteps ?? WarmupEpochs * pictures / Batch;
        return Schedules.WarmupCosine(PeakRate ?? 0.1 * Batch / 256, warmup, StepsOver(pictures), minimum: FinalRate);
    }

    /// <summary>
    /// The optimiser of a network: three groups, told by the parameters' roles, without the frozen layers.
    /// </summary>
    /// <param name="network">The network, whose <see cref="Frozen"/> layers this freezes.</param>
    /// <returns>The optimiser. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException">More stages are to be frozen than the network has.</exception>
    public NesterovSgd Optimizer(NFNet network)
    {
        Frozen.Apply(network);
        return new(
            LayerDecay == 1
                ? ParameterGroup.ByRole(network, WeightDecay, Clipping)
                : ParameterGroup.ByLayer(network, LayerDecay, WeightDecay, Clipping),
            Momentum);
    }

    /// <summary>The course of a trainer's run: steps, learning rates, and sharpness-aware minimisation.</summary>
    /// <param name="pictures">Pictures in the data set, 1 or more.</param>
    /// <exception cref="ConfigurationException">The warm-up is not shorter than the run.</exception>
    public TrainerOptions OptionsOver(long pictures) =>
        new() { Steps = StepsOver(pictures), Schedule = ScheduleOver(pictures), Sharpness = Sharpness };

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
