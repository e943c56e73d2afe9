namespace Deep.Perceivers;

/// <summary>The score of a GLUE task and the average of the benchmark, as Perceiver IO reports them (2107.14795, section 4.1).</summary>
/// <remarks>Pearson correlation for STS-B, Matthews correlation for CoLA, accuracy for all else; MNLI's two sets are averaged before the average over tasks.</remarks>
public static class GlueScore
{
    /// <summary>The score of predicted classes.</summary>
    /// <param name="task">The task; MNLI has two sets, each of which is scored by itself.</param>
    /// <param name="predicted">The predicted classes, from 0.</param>
    /// <param name="actual">The right classes, as many.</param>
    /// <returns>A score, at most 1.</returns>
    /// <exception cref="ConfigurationException">The task has no classes.</exception>
    /// <exception cref="ShapeException">The lists are empty or of different lengths.</exception>
    public static double OfClasses(GlueTask task, ReadOnlySpan<int> predicted, ReadOnlySpan<int> actual) => task switch
    {
        GlueTask.SemanticSimilarity => throw new ConfigurationException("task", "one with classes", task),
        GlueTask.LinguisticAcceptability => ClassificationScores.MatthewsCorrelation(predicted, actual),
        _ => ClassificationScores.Accuracy(predicted, actual),
    };

    /// <summary>The score of predicted similarities (STS-B).</summary>
    /// <param name="predicted">The predicted numbers.</param>
    /// <param name="actual">The right numbers, as many.</param>
    /// <returns>Pearson's correlation; NaN where one list is constant.</returns>
    /// <exception cref="ShapeException">The lists have fewer than two numbers or different lengths.</exception>
    public static double OfSimilarities(ReadOnlySpan<double> predicted, ReadOnlySpan<double> actual) =>
        Correlation.Pearson(predicted, actual);

    /// <summary>The average over the tasks.</summary>
    /// <param name="scores">
    /// The scores of each task: one, or two where a task has two test sets (MNLI matched and mismatched), which are
    /// averaged first.
    /// </param>
    /// <exception cref="ConfigurationException">There is no task, or one without a score.</exception>
    public static double Average(IReadOnlyDictionary<GlueTask, IReadOnlyList<double>> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return scores.Count > 0 && scores.Values.All(task => task is { Count: > 0 })
            ? scores.Values.Average(task => task.Average())
            : throw new ConfigurationException("scores", "one score or more for each task", "none");
    }
}
