namespace Deep.Nowcast;

// h rows, w columns

/// <summary>A STEPS-like ensemble: rain moves on, its small scales are forgotten first, and noise takes their place.</summary>
/// <remarks>
/// Bowler, Pierce and Seed 2006. In the frame that moves with the rain, each level of a cascade of scales follows an
/// autoregression of second order whose noise has the spectrum of the observed field; new rain appears near rain only, and
/// members are given the observed distribution; then they are advected. Input without rain is forecast as no rain. A member
/// depends on seed and number alone, not on how many are asked for or how many threads there are. Thread-safe.
/// </remarks>
public sealed class StepsEnsemble : INowcaster
{
    private readonly StepsOptions options;

    /// <summary>An ensemble.</summary>
    /// <param name="options">How; null: the defaults.</param>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public StepsEnsemble(StepsOptions? options = null)
    {
        this.options = options ?? new();
        this.options.Validate();
    }

    /// <summary>The ensemble with default options.</summary>
    public static StepsEnsemble Default { get; } = new();

    /// <inheritdoc/>
    public string Name => "steps";

    /// <inheritdoc/>
    /// <remarks>Needs three fields or more.</remarks>
    public NowcastEnsemble Forecast(RadarSequence past, NowcastOptions? options = null,
        IProgress<NowcastProgress>? progress = null, CancellationToken cancellation = default)
    {
        options = ForecastInput.Check(Name, past, 3, options);
        cancellation.ThrowIfCancellationRequested();
        var (height, width, last) = (past.Grid.Height, past.Grid.Width, past.Fields[^1].Values);
        if (!last.Any(rate => rate >= DecibelRain.Threshold))
        {
            var dry = Array.ConvertAll(last, rate => float.IsNaN(rate) ? float.NaN : 0);
            progress?.Report(new(options.Members, options.Members, "members"));
            return ForecastInput.Repeat([.. Enumerable.Repeat(dry, options.Steps)], options.Members, past);
        }

        var motion = LucasKanade.Estimate([.. past.Fields.TakeLast(this.options.Fields).Select(field => field.Values)],
            height, width, this.options.Motion);
        var fields = InFrameOfLast(past, motion);
        using var model = new StepsModel(fields, height, width,
            CascadeFilters.LevelsOf(height, width, this.options.Levels), this.options.NoiseScale);
        var distribution = new RainDistribution(fields[^1]);
        var kilometres = past.Grid.PixelKilometres;
        var paths = new Paths(motion, options.Steps, this.options.MotionDeviation * past.Cadence.TotalHours / kilometres);
        var reach = Math.Max(1, (int)((past.Cadence.TotalMinutes / kilometres) - 1) / 2);
        var values = new float[options.Members * options.Steps * last.Length];
        for (var m = 0; m < options.Members; m++)
        {
            Member(model, distribution, fields[^1], last, paths.Of(options.Seed, m), reach, new(height, width),
                options, m, values.AsMemory(m * options.Steps * last.Length), cancellation);
            progress?.Report(new(m + 1, options.Members, "members"));
        }

        return new(values, options.Members, past.Grid, past.End, past.Cadence);
    }

    private void Member(StepsModel model, RainDistribution distribution, float[] start, float[] observed,
        Func<int, Trajectories> path, int reach, (int Height, int Width) size, NowcastOptions wanted, int number,
        Memory<float> target, CancellationToken cancellation)
    {
        using var member = new StepsModel.Member(model);
        var rain = start;
        for (var step = 0; step < wanted.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            var field = member.Step(new NormalNoise(wanted.Seed, number, step).Field(start.Length));
            if (options.RainMask)
            {
                RainMask.Apply(field, rain, size.Height, size.Width, reach, options.MaskRim);
            }

            distribution.Apply(field, options.Matching);
            rain = field;
            var rates = new float[field.Length];
            Parallel.For(0, size.Height, row =>
            {
                for (var i = row * size.Width; i < (row + 1) * size.Width; i++)
                {
                    rates[i] = float.IsNaN(observed[i]) ? float.NaN : DecibelRain.ToRain(field[i]);
                }
            });
            path(step).Move(rates, options.Outside).CopyTo(target.Slice(step * field.Length, field.Length));
        }
    }

    // The last three fields in decibels, the older ones moved to where the newest sees their rain. Where the newest is not known
    // it counts as dry; where only an older one is not, it takes the newer value: an edge must not look like change.
    private static List<float[]> InFrameOfLast(RadarSequence past, MotionField motion)
    {
        var fields = past.Fields.TakeLast(3).Select(field => DecibelRain.From(field.Values)).ToList();
        fields[2] = Array.ConvertAll(fields[2], value => float.IsNaN(value) ? (float)DecibelRain.Dry : value);
        var trajectories = new Trajectories(motion, 1);
        for (var older = 1; older >= 0; older--)
        {
            trajectories.Advance();
            var moved = trajectories.Move(fields[older], float.NaN);
            fields[older] = [.. moved.Select((value, i) => float.IsNaN(value) ? fields[older + 1][i] : value)];
        }

        return fields;
    }

    /// <summary>The trajectories of the members: one for all, or each its own.</summary>
    private sealed class Paths
    {
        private readonly MotionField motion;
        private readonly double deviation;
        private readonly Trajectories[] shared;

        public Paths(MotionField motion, int steps, double deviation)
        {
            (this.motion, this.deviation) = (motion, deviation);
            shared = deviation > 0 ? [] : Followed(motion, steps);
        }

        /// <summary>For each step, asked for in order, the trajectories of a member.</summary>
        public Func<int, Trajectories> Of(long seed, int member)
        {
            if (deviation == 0)
            {
                return step => shared[step];
            }

            var noise = new NormalNoise(seed, member, -1).Field(2);
            var own = new Trajectories(Changed(noise[0] * deviation, noise[1] * deviation), 1);
            return _ =>
            {
                own.Advance();
                return own;
            };
        }

        private static Trajectories[] Followed(MotionField motion, int steps)
        {
            var path = new Trajectories(motion, 1);
            var followed = new Trajectories[steps];
            for (var step = 0; step < steps; step++)
            {
                path.Advance();
                followed[step] = path.Copy();
            }

            return followed;
        }

        // Along and across the motion of each cell; where there is none, east and south.
        private MotionField Changed(double along, double across)
        {
            var (columns, rows) = (new double[motion.ColumnValues.Length], new double[motion.RowValues.Length]);
            for (var i = 0; i < columns.Length; i++)
            {
                var (u, v) = (motion.ColumnValues[i], motion.RowValues[i]);
                var speed = Math.Sqrt((u * u) + (v * v));
                var (x, y) = speed > 0 ? (u / speed, v / speed) : (1, 0);
                (columns[i], rows[i]) = (u + (along * x) - (across * y), v + (along * y) + (across * x));
            }

            return new(motion.Height, motion.Width, columns, rows);
        }
    }
}
