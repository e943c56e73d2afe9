using System.Collections.ObjectModel;

namespace Deep.Training;

/// <summary>The course of a training run.</summary>
public sealed record TrainerOptions
{
    /// <summary>The number of steps, 1 or more; 0, the default, where <see cref="Epochs"/> says how long.</summary>
    public long Steps { get; init; }

    /// <summary>The number of passes over the data, above 0, rounded up to whole steps; 0, the default, where <see cref="Steps"/> is set.</summary>
    public double Epochs { get; init; }

    /// <summary>The learning rate of each step.</summary>
    public required Schedule Schedule { get; init; }

    /// <summary>The number of parts that a batch is computed in, to save memory; 1 or more, default 1.</summary>
    public int MicroBatches { get; init; } = 1;

    /// <summary>A bound on all gradients together, before the clipping of each group; null, the default, for none.</summary>
    public GradientLimit? Limit { get; init; }

    /// <summary>Two passes a step, for flat minima; null, the default, for one. Reports tell the loss of the second.</summary>
    /// <remarks>
    /// Both passes see the same batch and draw the same. The ascent is over the gradient of all micro-batches together;
    /// limit and clipping apply to the second gradient with the model's own weights.
    /// </remarks>
    public SharpnessAwareMinimization? Sharpness { get; init; }

    /// <summary>
    /// The threads that read batches ahead, 0 to 256; with 0, the default, a batch is read when its step comes. The
    /// batches are the same whatever the number.
    /// </summary>
    public int Workers { get; init; }

    /// <summary>
    /// The seed of the model's own draws (dropout, stochastic depth), which are a function of (seed, step).
    /// </summary>
    public ulong Seed { get; init; }

    /// <summary>The steps between two reports of progress, 1 or more, default 50.</summary>
    public long ReportEvery { get; init; } = 50;

    /// <summary>
    /// The steps between two evaluations; 0, the default, for one at the end of each epoch. There is always one at the
    /// end.
    /// </summary>
    public long EvaluateEvery { get; init; }

    /// <summary>
    /// How many steps may be left out because their loss or gradient is not finite, before the run ends with an error;
    /// default 0.
    /// </summary>
    public long SkippableSteps { get; init; }

    /// <summary>Ends the run when its evaluations no longer improve; null, the default, for never.</summary>
    public EarlyStop? EarlyStop { get; init; }

    /// <summary>Notices steps that are far above the ones before; null, the default, for no watch.</summary>
    public SpikeDetection? Spikes { get; init; }

    /// <summary>Where the run saves itself and goes on from; null, the default, for a run that is not saved.</summary>
    public RunCheckpoints? Checkpoints { get; init; }

    /// <summary>
    /// Settings of the caller's own that must not change when a run goes on from a checkpoint, such as the data and the
    /// size of its batches: a value for each name. They are saved with each checkpoint and compared.
    /// </summary>
    public IReadOnlyDictionary<string, string> Configuration { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Who is told of reports and events, in this order; none by default.</summary>
    public IReadOnlyList<IRunLog> Logs { get; init; } = [];

    /// <summary>The clock of the reports.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The number of steps of the whole run.</summary>
    internal long StepsFor(long stepsPerEpoch) => Steps > 0 ? Steps : (long)Math.Max(1, Math.Ceiling(Epochs * stepsPerEpoch));

    internal void Validate()
    {
        Require(Epochs >= 0 && double.IsFinite(Epochs), nameof(Epochs), "a finite number of 0 or more", Epochs);
        Require(Steps >= (Epochs > 0 ? 0 : 1), nameof(Steps), "1 or more", Steps);
        Require(Steps == 0 || Epochs == 0, nameof(Epochs), "0 where Steps is set", Epochs);
        Require(Schedule is not null, nameof(Schedule), "a schedule", null);
        Require(MicroBatches >= 1, nameof(MicroBatches), "1 or more", MicroBatches);
        Require(ReportEvery >= 1, nameof(ReportEvery), "1 or more", ReportEvery);
        Require(EvaluateEvery >= 0, nameof(EvaluateEvery), "0 or more", EvaluateEvery);
        Require(SkippableSteps >= 0, nameof(SkippableSteps), "0 or more", SkippableSteps);
        Require(Configuration is not null, nameof(Configuration), "a dictionary", null);
        Require(Logs is not null && Logs.All(log => log is not null), nameof(Logs), "a list of logs", null);
        Require(Workers is >= 0 and <= 256, nameof(Workers), "from 0 to 256", Workers);
        Sharpness?.Validate();
        EarlyStop?.Validate();
        Spikes?.Validate();
        Checkpoints?.Validate();
    }

    private static void Require(bool holds, string setting, string expected, object? found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"TrainerOptions.{setting}", expected, found);
        }
    }
}
