using Deep.Training;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers.Recipes;

/// <summary>The numbers of a training run of the Perceiver papers, and the parts of a <see cref="Trainer"/> made from them.</summary>
/// <remarks>
/// Sources: 2103.03206 (Perceiver), section 4; 2107.14795 (Perceiver IO), section 4 and appendices; deepmind-research,
/// perceiver/train. All use LAMB in the order of that code: gradients clipped by their common norm, Adam's direction,
/// weight decay, trust ratio of every tensor, learning rate. There is no warm-up unless said: with LAMB it keeps image
/// models from learning (2103.03206, appendix). Immutable.
/// </remarks>
public sealed record PerceiverRecipe
{
    /// <summary>Perceiver IO on ImageNet: 110 epochs, flat for half of them, then cosine; label smoothing 0.1.</summary>
    /// <remarks>5e-4 for each 256 pictures of a batch is 2e-3 at the paper's 1,024.</remarks>
    public static PerceiverRecipe ImageNet { get; } = new() { Epochs = 110, FlatShare = 0.5, LabelSmoothing = 0.1 };

    /// <summary>The first Perceiver on ImageNet: 120 epochs at 4e-3, a tenth of it after 84, 102 and 114.</summary>
    /// <remarks>The batch is that of Perceiver IO's code.</remarks>
    public static PerceiverRecipe ImageNetPerceiver { get; } = new() { Epochs = 120, PeakRate = 4e-3, Drops = [0.7, 0.85, 0.95] };

    /// <summary>Point clouds of ModelNet40: 50,000 steps of 512 clouds at a constant 1e-3.</summary>
    public static PerceiverRecipe ModelNet40 { get; } = new() { Batch = 512, Steps = 50_000, PeakRate = 1e-3, FlatShare = 1 };

    /// <summary>Masked language modelling on bytes: 500,000 steps of 2,048 texts, warm-up of 1,000, cosine; decay 0.01.</summary>
    public static PerceiverRecipe MaskedLanguage { get; } = new()
    {
        Batch = 2048,
        Steps = 500_000,
        PeakRate = 1.25e-3,
        WarmupSteps = 1000,
        WeightDecay = 0.01,
    };

    /// <summary>Fine-tuning on a GLUE task: 10 epochs, warm-up of 200 steps.</summary>
    /// <remarks>The paper takes the best of batches of 16, 32 and 64 and of rates of 1e-4, 5e-5, 2e-5 and 1e-5; these are from the middle.</remarks>
    public static PerceiverRecipe Glue { get; } = new()
    {
        Batch = 32,
        Epochs = 10,
        PeakRate = 5e-5,
        WarmupSteps = 200,
        WeightDecay = 0.01,
    };

    /// <summary>Optical flow on AutoFlow: 480 epochs of 512 pairs, 4e-4, cosine.</summary>
    /// <remarks>
    /// The model does not start to learn under augmentation: a first phase goes without (see
    /// <see cref="AffineFlowOptions.PlainSteps"/>), and each pair is shown forward and reversed.
    /// </remarks>
    public static PerceiverRecipe Flow { get; } = new() { Batch = 512, Epochs = 480, PeakRate = 4e-4 };

    /// <summary>Autoencoding of Kinetics-700: batches of 1,024 clips at 1e-3. The paper does not say how many: set steps or epochs.</summary>
    public static PerceiverRecipe Kinetics { get; } = new() { PeakRate = 1e-3, FlatShare = 1 };

    /// <summary>Items in a batch, 1 or more. Default 1,024.</summary>
    public int Batch { get; init; } = 1024;

    /// <summary>Passes over the data, where <see cref="Steps"/> is not given; 0, the default, where it is.</summary>
    public double Epochs { get; init; }

    /// <summary>Steps; 0, the default, where <see cref="Epochs"/> says how long.</summary>
    public long Steps { get; init; }

    /// <summary>The highest learning rate; null, the default: 5e-4 for each 256 items of a batch.</summary>
    public double? PeakRate { get; init; }

    /// <summary>Steps of linear warm-up, 0 or more. Default 0.</summary>
    public long WarmupSteps { get; init; }

    /// <summary>The share of the steps after the warm-up at the peak rate, 0 to 1; half a cosine follows. Default 0.</summary>
    public double FlatShare { get; init; }

    /// <summary>Shares of the run after which the rate is a tenth of what it was, in the place of flat and cosine. Default none.</summary>
    public IReadOnlyList<double> Drops { get; init; } = [];

    /// <summary>LAMB's decay, of all parameters but biases and those of normalisations: of learned positions too. Default 0.1.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>The largest common norm of all gradients; 0: no limit. Default 10.</summary>
    public double MaximumNorm { get; init; } = 10;

    /// <summary>Label smoothing, 0 to below 1. Default 0.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>The steps of a run over a data set.</summary>
    /// <param name="items">Items in the data set, 1 or more.</param>
    /// <exception cref="ConfigurationException">Neither steps nor epochs are given.</exception>
    public long StepsOver(long items) => (Steps, Epochs) switch
    {
        ( > 0, _) => Steps,
        (_, > 0) => Math.Max(1, (long)(items * Epochs / Batch)),
        _ => throw new ConfigurationException("PerceiverRecipe.Steps", "given where Epochs is not", Steps),
    };

    /// <summary>The learning rate of each step.</summary>
    /// <param name="items">Items in the data set, 1 or more.</param>
    /// <exception cref="ConfigurationException">A value is out of its range, or the warm-up is not shorter than the run.</exception>
    public Schedule ScheduleOver(long items)
    {
        var (steps, peak) = (StepsOver(items), PeakRate ?? 5e-4 * Batch / 256);
        Require(FlatShare is >= 0 and <= 1, nameof(FlatShare), "from 0 to 1", FlatShare);
        Require(WarmupSteps >= 0 && WarmupSteps < steps, nameof(WarmupSteps), $"from 0 to below the {steps} steps", WarmupSteps);
        if (Drops.Count > 0)
        {
            return Schedules.MultiStep(peak, [.. Drops.Select(share => (long)Math.Round(share * steps))], 0.1).AfterWarmup(WarmupSteps);
        }

        var flat = (long)(FlatShare * (steps - WarmupSteps));
        return flat == steps - WarmupSteps
            ? Schedules.Constant(peak).AfterWarmup(WarmupSteps)
            : Schedules.WarmupStableDecay(peak, WarmupSteps, flat, steps - WarmupSteps - flat);
    }

    /// <summary>The optimiser of a model: LAMB with β 0.9 and 0.999, ε 1e-6, and a trust ratio for every tensor.</summary>
    /// <param name="model">The model.</param>
    /// <returns>The optimiser. The caller disposes it.</returns>
    public Lamb Optimizer(Module model) => new(Groups(model, WeightDecay), 0.9, 0.999, 1e-6, adaptsUndecayed: true);

    /// <summary>The course of a trainer's run: steps, learning rates and the limit of the gradients.</summary>
    /// <param name="items">Items in the data set, 1 or more.</param>
    /// <exception cref="ConfigurationException">As for <see cref="ScheduleOver"/>.</exception>
    public TrainerOptions OptionsOver(long items) => new()
    {
        Steps = StepsOver(items),
        Schedule = ScheduleOver(items),
        Limit = MaximumNorm > 0 ? GradientLimit.GlobalNorm(MaximumNorm) : null,
    };

    /// <summary>The parameters of a model in two groups: with weight decay, and biases and normalisations without.</summary>
    /// <remarks>Told by names, as in DeepMind's code: latents, learned positions and queries are weights there, whatever their shape.</remarks>
    /// <param name="model">The model.</param>
    /// <param name="weightDecay">The decay of the first group, 0 or more.</param>
    /// <returns>At most two groups, empty ones left out.</returns>
    public static IReadOnlyList<ParameterGroup> Groups(Module model, double weightDecay) =>
    [
        .. from parameter in ParameterRoles.Of(model)
           group parameter by IsUndecayed(parameter.Name) into members
           orderby members.Key
           select new ParameterGroup { Parameters = [.. members], WeightDecay = members.Key ? 0 : weightDecay },
    ];

    private static bool IsUndecayed(string name)
    {
        var parts = name.Split('.');
        return parts[^1] == "bias" || (parts.Length > 1 && parts[^2].EndsWith("norm", StringComparison.Ordinal));
    }

    private static void Require(bool holds, string setting, string expected, object found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"PerceiverRecipe.{setting}", expected, found);
        }
    }
}
