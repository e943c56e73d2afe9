using Deep.Training;

namespace Deep.Nowcast.Recipes;

/// <summary>What the updates of one step came to.</summary>
internal sealed class DgmrStepSums
{
    private readonly Dictionary<string, double> _sums = [];
    private int _updates;

    /// <summary>The number of sequences in the generator's update.</summary>
    public long Items { get; set; }

    /// <summary>Minus the mean score of the generated sequences.</summary>
    public double Adversarial { get; set; }

    /// <summary>The grid cell regulariser.</summary>
    public double Regularizer { get; set; }

    /// <summary>The 2-norm of the generator's gradient.</summary>
    public double GradientNorm { get; set; } = double.NaN;

    /// <summary>Adds an update of the discriminators.</summary>
    public void AddDiscriminator(IEnumerable<(string Name, double Value)> measures)
    {
        _updates++;
        foreach (var (name, value) in measures)
        {
            _sums[name] = _sums.GetValueOrDefault(name) + value;
        }
    }

    /// <summary>The step's outcome: the generator's loss, and all of which it was made.</summary>
    public StepOutcome Outcome(DgmrRecipe recipe)
    {
        var metrics = _sums.ToDictionary(sum => sum.Key, sum => sum.Value / _updates);
        metrics["adversarial"] = Adversarial;
        metrics["regularizer"] = Regularizer;
        return new StepOutcome(Adversarial + (recipe.RegularizerWeight * Regularizer), Items) { Metrics = metrics, GradientNorm = GradientNorm };
    }
}
