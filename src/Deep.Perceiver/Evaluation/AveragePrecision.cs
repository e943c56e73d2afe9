namespace Deep.Perceivers;

/// <summary>The area under the curve of precision over recall, and its mean over classes (AudioSet's mAP).</summary>
/// <remarks>Σ (recall of a threshold − that of the one above) · precision, over the distinct scores: items of one score come together. No interpolation.</remarks>
public static class AveragePrecision
{
    /// <summary>The average precision of one class.</summary>
    /// <param name="scores">A score for each item, one or more.</param>
    /// <param name="isPositive">Whether the item has the class.</param>
    /// <returns>0 to 1; NaN where no item has the class, or a score is NaN.</returns>
    /// <exception cref="ShapeException">The lists are empty or of different lengths.</exception>
    public static double Of(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isPositive)
    {
        ClassificationScores.RequirePairs(scores.Length, isPositive.Length);
        var sorted = scores.ToArray();
        var flags = isPositive.ToArray();
        Array.Sort(sorted, flags, Comparer<float>.Create((a, b) => b.CompareTo(a)));
        if (float.IsNaN(sorted[^1]))
        {
            return double.NaN;
        }

        double hits = 0, hitsAbove = 0, sum = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            hits += flags[i] ? 1 : 0;
            if (i + 1 == sorted.Length || sorted[i + 1] != sorted[i])
            {
                sum += (hits - hitsAbove) * hits / (i + 1);
                hitsAbove = hits;
            }
        }

        return hits == 0 ? double.NaN : sum / hits;
    }

    /// <summary>The mean of the average precisions of the classes.</summary>
    /// <param name="scores">Item by item: items · <paramref name="classes"/> numbers.</param>
    /// <param name="isPositive">Whether an item has a class, in the same order; an item may have several.</param>
    /// <param name="classes">The number of classes, 1 or more.</param>
    /// <returns>0 to 1; classes that no item has are left out, NaN where that is all of them.</returns>
    /// <exception cref="ShapeException">The lists are empty, of different lengths, or not a multiple of the classes.</exception>
    public static double Mean(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isPositive, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ClassificationScores.RequirePairs(scores.Length, isPositive.Length);
        if (scores.Length % classes != 0)
        {
            throw new ShapeException($"Scores must be items by {classes} classes, but are {scores.Length} numbers.");
        }

        var items = scores.Length / classes;
        var (column, flags) = (new float[items], new bool[items]);
        var (sum, counted) = (0.0, 0);
        for (var one = 0; one < classes; one++)
        {
            for (var item = 0; item < items; item++)
            {
                column[item] = scores[(item * classes) + one];
                flags[item] = isPositive[(item * classes) + one];
            }

            if (flags.Contains(true))
            {
                sum += Of(column, flags);
                counted++;
            }
        }

        return counted == 0 ? double.NaN : sum / counted;
    }
}
