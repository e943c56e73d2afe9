namespace Deep.Training.Tests;

public class RandomStateTests
{
    [Fact]
    public void The_same_keys_draw_the_same_numbers_and_any_other_key_draws_others()
    {
        static ulong[] Draws(RandomState random) => [.. Enumerable.Range(0, 8).Select(_ => random.NextUInt64())];
        var draws = Draws(new RandomState(7, 1, 2, 3));
        Assert.Equal(draws, Draws(new RandomState(7, 1, 2, 3)));
        RandomState[] others = [new(8, 1, 2, 3), new(7, 2, 1, 3), new(7, 1, 2), new(7, 1, 2, 4), new(7)];
        Assert.All(others, other => Assert.Empty(draws.Intersect(Draws(other))));
    }

    [Fact]
    public void Draws_have_the_moments_of_their_distributions()
    {
        var random = new RandomState(11);
        AssertMoments(random.NextDouble, 0.5, 1.0 / 12);
        AssertMoments(random.NextNormal, 0, 1);
        AssertMoments(() => random.NextInt32(5), 2, 2);
        AssertMoments(() => random.NextBoolean(0.3) ? 1 : 0, 0.3, 0.21);
        AssertMoments(() => random.NextBeta(0.2, 0.2), 0.5, 0.25 / 1.4);
        AssertMoments(() => random.NextBeta(2, 5), 2.0 / 7, 10.0 / (49 * 8));
        AssertMoments(() => random.NextGamma(0.5), 0.5, 0.5);
    }

    [Fact]
    public void Shuffling_reaches_every_order_equally_often()
    {
        var random = new RandomState(5);
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < 6000; i++)
        {
            char[] items = ['a', 'b', 'c'];
            random.Shuffle<char>(items);
            var order = new string(items);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 880, 1120));
    }

    [Fact]
    public void A_data_order_is_a_permutation_that_depends_on_seed_and_epoch_alone()
    {
        var order = DataOrder.Of(500, seed: 3, epoch: 4);
        Assert.Equal(Enumerable.Range(0, 500), order.Order());
        Assert.Equal(order, DataOrder.Of(500, 3, 4));
        Assert.NotEqual(order, DataOrder.Of(500, 3, 5));
        Assert.NotEqual(order, DataOrder.Of(500, 4, 4));
        Assert.Empty(DataOrder.Of(0, 3, 4));
    }

    [Fact]
    public void Draws_out_of_range_are_refused()
    {
        var random = new RandomState(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextInt32(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextGamma(0));
    }

    private static void AssertMoments(Func<double> draw, double mean, double variance)
    {
        const int Count = 40000;
        var values = Enumerable.Range(0, Count).Select(_ => draw()).ToArray();
        var error = 5 * Math.Sqrt(variance / Count);
        Assert.Equal(mean, values.Average(), error);
        Assert.Equal(variance, values.Average(v => (v - mean) * (v - mean)), Math.Max(0.05, 5 / Math.Sqrt(Count)) * variance);
    }
}
