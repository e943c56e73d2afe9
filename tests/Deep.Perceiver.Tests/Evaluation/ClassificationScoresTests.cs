namespace Deep.Perceivers.Tests.Evaluation;

public sealed class ClassificationScoresTests
{
    [Fact]
    public void Accuracy_is_the_share_of_right_classes() =>
        Assert.Equal(0.5, ClassificationScores.Accuracy([1, 0, 1, 1], [1, 1, 1, 0]));

    // The values of scikit-learn's documentation of f1_score.
    [Theory]
    [InlineData(0, 0.8)]
    [InlineData(1, 0.0)]
    [InlineData(2, 0.0)]
    [InlineData(7, 0.0)]
    public void F1_is_that_of_one_class(int positive, double expected) =>
        Assert.Equal(expected, ClassificationScores.F1([0, 2, 1, 0, 0, 1], [0, 1, 2, 0, 1, 2], positive), 12);

    // The value of scikit-learn's documentation of matthews_corrcoef.
    [Fact]
    public void Matthews_correlation_of_two_classes_is_their_correlation()
    {
        int[] actual = [1, 1, 1, -1], predicted = [1, -1, 1, 1];
        Assert.Equal(-1.0 / 3, ClassificationScores.MatthewsCorrelation(predicted, actual), 12);
        Assert.Equal(
            Correlation.Pearson([.. predicted.Select(x => (double)x)], [.. actual.Select(x => (double)x)]),
            ClassificationScores.MatthewsCorrelation(predicted, actual), 12);
        Assert.Equal(1, ClassificationScores.MatthewsCorrelation(actual, actual), 12);
        Assert.Equal(0, ClassificationScores.MatthewsCorrelation([1, 1, 1, 1], actual));
    }

    // By its definition: the covariance of the one-hot matrices over the root of the product of their variances.
    [Fact]
    public void Matthews_correlation_of_three_classes_is_that_of_the_one_hot_matrices()
    {
        int[] actual = [0, 1, 2, 2, 1, 0, 2, 1], predicted = [0, 2, 2, 2, 1, 1, 0, 1];
        double Covariance(int[] a, int[] b) => Enumerable.Range(0, 3).Sum(c =>
            a.Zip(b).Sum(pair => (Hot(pair.First, c) - Share(a, c)) * (Hot(pair.Second, c) - Share(b, c))));
        var expected = Covariance(predicted, actual) / Math.Sqrt(Covariance(predicted, predicted) * Covariance(actual, actual));
        Assert.Equal(expected, ClassificationScores.MatthewsCorrelation(predicted, actual), 12);

        static double Hot(int value, int c) => value == c ? 1 : 0;
        static double Share(int[] values, int c) => values.Average(value => Hot(value, c));
    }

    // The values of scikit-learn's documentation of top_k_accuracy_score.
    [Fact]
    public void Top_k_counts_the_right_class_among_the_k_largest_scores()
    {
        float[] scores = [0.5f, 0.2f, 0.2f, 0.3f, 0.4f, 0.2f, 0.2f, 0.4f, 0.3f, 0.7f, 0.2f, 0.1f];
        int[] labels = [0, 1, 2, 2];
        Assert.Equal(0.75, ClassificationScores.TopK(scores, 3, labels, 2));
        Assert.Equal(0.5, ClassificationScores.TopK(scores, 3, labels, 1));
        Assert.Equal(1, ClassificationScores.TopK(scores, 3, labels, 9));
        Assert.Equal(0, ClassificationScores.TopK([0.5f, 0.5f], 2, [1], 1));
        Assert.Equal(0, ClassificationScores.TopK([0.5f, float.NaN], 2, [1], 1));
    }

    [Fact]
    public void Lists_that_do_not_fit_together_are_refused()
    {
        Assert.Throws<ShapeException>(() => ClassificationScores.Accuracy([1], [1, 2]));
        Assert.Throws<ShapeException>(() => ClassificationScores.F1([], []));
        Assert.Throws<ShapeException>(() => ClassificationScores.MatthewsCorrelation([], []));
        Assert.Throws<ShapeException>(() => ClassificationScores.TopK([1, 2, 3], 2, [1], 1));
        Assert.Throws<ShapeException>(() => ClassificationScores.TopK([1, 2], 2, [2], 1));
    }
}
