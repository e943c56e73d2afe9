using Deep.Training;

namespace Deep.Cli.Training;

/// <summary>The learning-rate schedules that a command line can name, each after a linear warm-up.</summary>
internal static class ScheduleChoice
{
    /// <summary>Half a cosine down to 0: the NFNet papers'.</summary>
    public const string Cosine = "cosine";

    private const string Linear = "linear";
    private const string Constant = "constant";
    private const string StableDecay = "stable-decay";

    // The share of a run in which stable-decay falls.
    private const double DecayShare = 0.2;

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [Cosine, Linear, Constant, StableDecay];

    /// <summary>The schedule of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="rate">The rate after the warm-up.</param>
    /// <param name="warmup">Steps of the warm-up, below <paramref name="steps"/>.</param>
    /// <param name="steps">Steps of the run.</param>
    public static Schedule Make(string name, double rate, double warmup, long steps)
    {
        var rise = (long)warmup;
        var decay = Math.Clamp((long)(steps * DecayShare), 1, steps - rise);
        return name switch
        {
            Linear => Schedules.Linear(rate, steps - rise).AfterWarmup(rise),
            Constant => Schedules.Constant(rate).AfterWarmup(rise),
            StableDecay => Schedules.WarmupStableDecay(rate, rise, steps - rise - decay, decay),
            _ => Schedules.WarmupCosine(rate, warmup, steps),
        };
    }
}
