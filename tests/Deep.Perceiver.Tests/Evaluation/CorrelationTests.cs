namespace Deep.Perceivers.Tests.Evaluation;

public sealed class CorrelationTests
{
    // The values of SciPy's documentation of pearsonr and spearmanr.
    [Fact]
    public void Correlations_are_those_of_scipy()
    {
        Assert.Equal(-0.7426106572325057, Correlation.Pearson([1, 2, 3, 4, 5], [10, 9, 2.5, 6, 4]), 12);
        Assert.Equal(0.8207826816681233, Correlation.Spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]), 12);
    }

    [Fact]
    public void Spearman_sees_only_the_order()
    {
        double[] x = [0.1, 7, 3, -2, 5];
        Assert.Equal(1, Correlation.Spearman(x, [.. x.Select(Math.Exp)]), 12);
        Assert.Equal(-1, Correlation.Spearman(x, [.. x.Select(v => -v * v * v)]), 12);
    }

    [Fact]
    public void A_constant_list_has_no_correlation()
    {
        Assert.True(double.IsNaN(Correlation.Pearson([1, 1, 1], [1, 2, 3])));
        Assert.True(double.IsNaN(Correlation.Spearman([1, 2, 3], [4, 4, 4])));
        Assert.True(double.IsNaN(Correlation.Spearman([1, double.NaN, 3], [1, 2, 3])));
        Assert.Throws<ShapeException>(() => Correlation.Pearson([1], [1]));
        Assert.Throws<ShapeException>(() => Correlation.Spearman([1, 2], [1, 2, 3]));
    }
}
