namespace Deep.Perceivers;

/// <summary>How well predicted classes agree with the right ones.</summary>
public static class ClassificationScores
{
    /// <summary>The share of right classes.</summary>
    /// <param name="predicted">The predicted classes.</param>
    /// <param name="actual">The right classes, as many, one or more.</param>
    /// <exception cref="ShapeException">The lists are empty or of different lengths.</exception>
    public static double Accuracy(ReadOnlySpan<int> predicted, ReadOnlySpan<int> actual)
    {
        RequirePairs(predicted.Length, actual.Length);
        var right = 0;
        for (var i = 0; i < actual.Length; i++)
        {
            right += predicted[i] == actual[i] ? 1 : 0;
        }

        return (double)right / actual.Length;
    }

    /// <summary>The harmonic mean of precision and recall of one class.</summary>
    /// <param name="predicted">The predicted classes.</param>
    /// <param name="actual">The right classes, as many, one or more.</param>
    /// <param name="positive">The class that is looked for, default 1.</param>
    /// <returns>2 · hits / (2 · hits + false alarms + misses); 0 where the class neither is nor was predicted.</returns>
    /// <exception cref="ShapeException">The lists are empty or of different lengths.</exception>
    public static double F1(ReadOnlySpan<int> predicted, ReadOnlySpan<int> actual, int positive = 1)
    {
        RequirePairs(predicted.Length, actual.Length);
        var (hits, wrong) = (0L, 0L);
        for (var i = 0; i < actual.Length; i++)
        {
            var (said, was) = (predicted[i] == positive, actual[i] == positive);
            hits += said && was ? 1 : 0;
            wrong += said != was ? 1 : 0;
        }

        return hits + wrong == 0 ? 0 : 2.0 * hits / ((2 * hits) + wrong);
    }

    /// <summary>Matthews' correlation of two or more classes (Gorodkin's form): that of the two one-hot matrices.</summary>
    /// <param name="predicted">The predicted classes.</param>
    /// <param name="actual">The right classes, as many, one or more.</param>
    /// <returns>From −1 to 1; 0 where one of the lists has one class only.</returns>
    /// <exception cref="ShapeException">The lists are empty or of different lengths.</exception>
    public static double MatthewsCorrelation(ReadOnlySpan<int> predicted, ReadOnlySpan<int> actual)
    {
        RequirePairs(predicted.Length, actual.Length);
        var counts = new Dictionary<int, (long Predicted, long Actual)>();
        double right = 0, all = actual.Length;
        for (var i = 0; i < actual.Length; i++)
        {
            right += predicted[i] == actual[i] ? 1 : 0;
            var said = counts.GetValueOrDefault(predicted[i]);
            counts[predicted[i]] = (said.Predicted + 1, said.Actual);
            var was = counts.GetValueOrDefault(actual[i]);
            counts[actual[i]] = (was.Predicted, was.Actual + 1);
        }

        var together = counts.Values.Sum(count => (double)count.Predicted * count.Actual);
        var predictedSpread = (all * all) - counts.Values.Sum(count => (double)count.Predicted * count.Predicted);
        var actualSpread = (all * all) - counts.Values.Sum(count => (double)count.Actual * count.Actual);
        return predictedSpread == 0 || actualSpread == 0
            ? 0
            : ((right * all) - together) / Math.Sqrt(predictedSpread * actualSpread);
    }

    /// <summary>The share of items whose right class is among the k with the largest scores.</summary>
    /// <param name="scores">The scores, item by item: items · <paramref name="classes"/> numbers.</param>
    /// <param name="classes">The number of classes, 1 or more.</param>
    /// <param name="actual">The right class of each item, from 0 to below <paramref name="classes"/>.</param>
    /// <param name="k">How many classes count, 1 or more.</param>
    /// <returns>0 to 1. Of equal scores the class with the smaller number comes first; NaN comes last.</returns>
    /// <exception cref="ShapeException">The number of scores is not items times classes, there is no item, or a class is out of its range.</exception>
    public static double TopK(ReadOnlySpan<float> scores, int classes, ReadOnlySpan<int> actual, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        if (actual.IsEmpty || scores.Length != (long)actual.Length * classes)
        {
            throw new ShapeException(
                $"Scores must be {actual.Length} items by {classes} classes with one item or more, but are {scores.Length} numbers.");
        }

        var right = 0;
        for (var i = 0; i < actual.Length; i++)
        {
            right += Rank(scores.Slice(i * classes, classes), actual[i]) < k ? 1 : 0;
        }

        return (double)right / actual.Length;
    }

    internal static void RequirePairs(int predicted, int actual, int least = 1)
    {
        if (predicted != actual || actual < least)
        {
            throw new ShapeException(
                $"Predicted and right values must be as many, {least} or more, but are {predicted} and {actual}.");
        }
    }

    private static int Rank(ReadOnlySpan<float> scores, int label)
    {
        if ((uint)label >= (uint)scores.Length)
        {
            throw new ShapeException($"A class must be from 0 to {scores.Length - 1}, but is {label}.");
        }

        if (float.IsNaN(scores[label]))
        {
            return int.MaxValue;
        }

        var above = 0;
        for (var other = 0; other < scores.Length; other++)
        {
            above += scores[other] > scores[label] || (scores[other] == scores[label] && other < label) ? 1 : 0;
        }

        return above;
    }
}
