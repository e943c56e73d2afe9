using System.Globalization;

namespace Deep.Training;

/// <summary>What a run watches for, with the numbers it needs to do so: they belong to its checkpoints.</summary>
internal sealed class RunWatch(EarlyStop? earlyStop, SpikeDetection? spikes, RunWatch.State state)
{
    /// <summary>The numbers; lists run from the oldest to the newest step.</summary>
    internal sealed record State
    {
        public double Best { get; set; } = double.NaN;

        public int WithoutImprovement { get; set; }

        public List<double> Losses { get; set; } = [];

        public List<double> GradientNorms { get; set; } = [];
    }

    /// <summary>Takes an evaluation into account.</summary>
    /// <returns>Why the run is to end; null where it goes on.</returns>
    public string? Judge(Evaluation evaluation)
    {
        if (earlyStop is null)
        {
            return null;
        }

        var value = earlyStop.Measure.Of(evaluation);
        if (!double.IsNaN(value)
            && (double.IsNaN(state.Best) || earlyStop.Measure.Gain(value, over: state.Best) > earlyStop.MinimumChange))
        {
            (state.Best, state.WithoutImprovement) = (value, 0);
            return null;
        }

        return ++state.WithoutImprovement < earlyStop.Patience
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{earlyStop.Measure.Name} has not improved on {state.Best:G6} in {state.WithoutImprovement} evaluations");
    }

    /// <summary>Takes a step into account.</summary>
    /// <returns>What is far above its median; null where nothing is.</returns>
    public string? Judge(StepOutcome outcome) => spikes is null
        ? null
        : Judge("the loss", outcome.Loss, state.Losses) ?? Judge("the norm of the gradient", outcome.GradientNorm, state.GradientNorms);

    public State Save() => state with { Losses = [.. state.Losses], GradientNorms = [.. state.GradientNorms] };

    private string? Judge(string what, double value, List<double> before)
    {
        if (double.IsNaN(value))
        {
            return null;
        }

        var median = before.Count < spikes!.Window ? double.NaN : before.Order().ElementAt(before.Count / 2);
        before.Add(value);
        if (before.Count > spikes.Window)
        {
            before.RemoveAt(0);
        }

        return median > 0 && value > spikes.Factor * median
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{what} is {value:G4}, {value / median:F1} times the median of the {spikes.Window} steps before ({median:G4})")
            : null;
    }
}
