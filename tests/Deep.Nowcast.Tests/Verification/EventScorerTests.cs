using Deep.Nowcast;

namespace Deep.Nowcast.Tests.Verification;

public class EventScorerTests
{
    private static readonly int[] Scales = [1, 2, 5, 17, 300];

    [Theory]
    [InlineData(33, 21, 0.0)]
    [InlineData(16, 64, 0.1)]
    [InlineData(7, 5, 0.3)]
    [InlineData(1, 1, 0.0)]
    public void Sums_of_rectangles_give_what_counting_every_window_gives(int height, int width, double missing)
    {
        var random = new Random(height);
        double[] Field(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() < missing ? double.NaN : Math.Round(random.NextDouble() * 4))];
        var (members, observed) = (Field(3 * height * width), Field(height * width));
        foreach (var rain in new[] { new RainEvent(2), RainEvent.Pysteps(2), new(9), new(0) })
        {
            var scores = new EventScorer(height, width, Scales).Score(members, observed, rain);
            var table = default(CategoricalTable);
            var fractions = new FractionsSkill[Scales.Length];
            for (var member = 0; member < 3; member++)
            {
                var one = members.AsSpan(member * observed.Length, observed.Length);
                table += NowcastMetrics.Categorical(one, observed, rain);
                for (var s = 0; s < Scales.Length; s++)
                {
                    fractions[s] += Plain(one, observed, height, width, rain, Scales[s]);
                }
            }

            Assert.Equal(table, scores.Table);
            Assert.Equal(fractions, scores.Fractions);
            Assert.Equal(NowcastMetrics.EnsembleProbabilities(members, observed, rain).Rows, scores.Probabilities.Rows);
        }
    }

    [Fact]
    public void Cells_that_no_member_misses_need_the_observation_once()
    {
        double[] observed = [1, double.NaN, 3, 0, 2, 5], members = [2, double.NaN, 3, 0, 0, 5, 0, 7, 4, 2, 2, 1];
        var scores = new EventScorer(2, 3, [3]).Score(members, observed, new(2));
        Assert.Equal(new CategoricalTable(4, 2, 2, 2), scores.Table);
        Assert.Equal(NowcastMetrics.EnsembleProbabilities(members, observed, new(2)).Rows, scores.Probabilities.Rows);
        var expected = Plain(members.AsSpan(0, 6), observed, 2, 3, new(2), 3) + Plain(members.AsSpan(6, 6), observed, 2, 3, new(2), 3);
        Assert.Equal(expected, scores.Fractions[0]);
    }

    private static FractionsSkill Plain(ReadOnlySpan<double> forecast, ReadOnlySpan<double> observed, int height, int width, RainEvent rain, int scale)
    {
        double forecastSquares = 0, products = 0, observedSquares = 0;
        for (var cell = 0; cell < observed.Length; cell++)
        {
            if (!rain.Counts(forecast[cell], observed[cell]))
            {
                continue;
            }

            double f = 0, o = 0;
            var (top, left) = ((cell / width) - (scale / 2), (cell % width) - (scale / 2));
            for (var row = Math.Max(top, 0); row < Math.Min(top + scale, height); row++)
            {
                for (var column = Math.Max(left, 0); column < Math.Min(left + scale, width); column++)
                {
                    var i = (row * width) + column;
                    f += rain.Counts(forecast[i], observed[i]) && rain.Occurs(forecast[i]) ? 1 : 0;
                    o += rain.Counts(forecast[i], observed[i]) && rain.Occurs(observed[i]) ? 1 : 0;
                }
            }

            (forecastSquares, products, observedSquares) = (forecastSquares + (f * f), products + (f * o), observedSquares + (o * o));
        }

        var cells = Math.Pow(scale, 4);
        return new(forecastSquares / cells, products / cells, observedSquares / cells);
    }
}
