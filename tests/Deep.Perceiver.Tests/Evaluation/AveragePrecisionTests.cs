namespace Deep.Perceivers.Tests.Evaluation;

public sealed class AveragePrecisionTests
{
    // The value of scikit-learn's documentation of average_precision_score.
    [Fact]
    public void Average_precision_is_that_of_scikit_learn() =>
        Assert.Equal(0.5 + (0.5 * 2 / 3), AveragePrecision.Of([0.1f, 0.4f, 0.35f, 0.8f], [false, false, true, true]), 12);

    [Fact]
    public void Items_of_one_score_come_together()
    {
        // Recall goes from 0 to 1 at one threshold, where half of the items are right, whatever their order.
        Assert.Equal(0.5, AveragePrecision.Of([1, 1, 1, 1], [true, false, true, false]), 12);
        Assert.Equal(0.5, AveragePrecision.Of([1, 1, 1, 1], [false, false, true, true]), 12);
        Assert.Equal(1, AveragePrecision.Of([3, 2, 1], [true, true, false]), 12);
        Assert.True(double.IsNaN(AveragePrecision.Of([3, 2, 1], [false, false, false])));
        Assert.True(double.IsNaN(AveragePrecision.Of([3, float.NaN, 1], [true, false, false])));
    }

    [Fact]
    public void The_mean_leaves_out_classes_that_no_item_has()
    {
        float[] scores = [0.1f, 9, 5, 0.4f, 8, 5, 0.35f, 7, 5, 0.8f, 6, 5];
        bool[] labels = [false, false, false, false, true, false, true, false, false, true, false, false];
        Assert.Equal(((0.5 + (0.5 * 2 / 3)) + 0.5) / 2, AveragePrecision.Mean(scores, labels, 3), 12);
        Assert.True(double.IsNaN(AveragePrecision.Mean(scores, new bool[12], 3)));
        Assert.Throws<ShapeException>(() => AveragePrecision.Mean(scores, labels, 5));
        Assert.Throws<ShapeException>(() => AveragePrecision.Of([], []));
    }
}
