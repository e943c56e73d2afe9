namespace Deep.Training;

/// <summary>The number of an <see cref="Evaluation"/> by which models are compared.</summary>
public sealed record EvaluationMeasure
{
    private EvaluationMeasure(string name, bool largerIsBetter) => (Name, LargerIsBetter) = (name, largerIsBetter);

    /// <summary><see cref="Evaluation.Loss"/>: the smaller, the better.</summary>
    public static EvaluationMeasure Loss { get; } = new("loss", largerIsBetter: false);

    /// <summary><see cref="Evaluation.Accuracy"/>: the larger, the better.</summary>
    public static EvaluationMeasure Accuracy { get; } = new("accuracy", largerIsBetter: true);

    /// <summary>The name in messages and, but for loss and accuracy, in <see cref="Evaluation.Metrics"/>.</summary>
    public string Name { get; }

    /// <summary>Whether a larger number is a better one.</summary>
    public bool LargerIsBetter { get; }

    /// <summary>One of <see cref="Evaluation.Metrics"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="largerIsBetter">Whether a larger number is a better one.</param>
    public static EvaluationMeasure Metric(string name, bool largerIsBetter)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new EvaluationMeasure(name, largerIsBetter);
    }

    /// <summary>The number.</summary>
    /// <param name="evaluation">What was measured.</param>
    /// <returns>NaN where the evaluation has no such number.</returns>
    public double Of(Evaluation evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        return this == Loss ? evaluation.Loss
            : this == Accuracy ? evaluation.Accuracy
            : evaluation.Metrics.GetValueOrDefault(Name, double.NaN);
    }

    /// <summary>How much better a value is than another; NaN where one of them is.</summary>
    internal double Gain(double value, double over) => LargerIsBetter ? value - over : over - value;
}
