using Deep.Nowcast;

namespace Deep.Nowcast.Tests.Verification;

/// <summary>What the parity cases do not reach: ties, missing cells, nothing to score.</summary>
public class MetricsTests
{
    private const double No = double.NaN;

    [Fact]
    public void A_member_that_equals_the_observation_counts_in_the_crps()
    {
        var score = NowcastMetrics.Crps([0, 1], [0]);
        Assert.Equal(0.25, score.Exact, 12);
        Assert.Equal(0, score.Fair, 12);
    }

    [Fact]
    public void The_crps_of_one_member_is_its_absolute_error_and_has_no_fair_form()
    {
        var score = NowcastMetrics.Crps([3, 1], [1, 2]);
        Assert.Equal(1.5, score.Exact, 12);
        Assert.Equal(score.MeanAbsoluteError, score.Exact, 12);
        Assert.Equal(No, score.Fair);
    }

    [Fact]
    public void The_crps_is_the_mean_over_pairs_by_definition()
    {
        var random = new Random(3);
        double[] members = [.. Enumerable.Range(0, 5 * 7).Select(_ => Math.Round(random.NextDouble() * 4))], observed = [0, 1, 2, 3, 4, 0, 0];
        var expected = Enumerable.Range(0, 7).Average(c =>
        {
            double[] x = [.. Enumerable.Range(0, 5).Select(m => members[(m * 7) + c])];
            return x.Average(v => Math.Abs(v - observed[c])) - (x.SelectMany(a => x.Select(b => Math.Abs(a - b))).Average() / 2);
        });
        Assert.Equal(expected, NowcastMetrics.Crps(members, observed).Exact, 12);
    }

    [Fact]
    public void Missing_cells_are_left_out_of_every_score()
    {
        double[] forecast = [5, No, 5, 0], observed = [5, 5, No, 0];
        Assert.Equal(new CategoricalTable(1, 0, 0, 1), NowcastMetrics.Categorical(forecast, observed, 4));
        Assert.Equal(new CategoricalTable(1, 1, 1, 1), NowcastMetrics.Categorical(forecast, observed, RainEvent.Pysteps(4)));
        Assert.Equal(2, NowcastMetrics.Crps(forecast, observed).Cells);
        Assert.Equal(2, NowcastMetrics.RankHistogram(forecast, observed).Cells);
        Assert.Equal(2, NowcastMetrics.EnsembleProbabilities(forecast, observed, new(4)).Cells);
        Assert.Equal(2, NowcastMetrics.Continuous(forecast, observed).Moments.Cells);
        Assert.Equal(1, NowcastMetrics.FractionsSkill(forecast, observed, 2, 2, new(4), 1).Value);
    }

    [Fact]
    public void A_threshold_that_is_just_reached_counts_unless_asked_otherwise()
    {
        Assert.Equal(1, NowcastMetrics.Categorical([4], [4], 4).Hits);
        Assert.Equal(1, NowcastMetrics.Categorical([4], [4], new RainEvent(4, EventComparison.Above)).CorrectNegatives);
    }

    [Fact]
    public void Without_rain_scores_are_not_defined_rather_than_zero_or_one()
    {
        double[] dry = [0, 0, 0, 0];
        var table = NowcastMetrics.Categorical(dry, dry, 1);
        Assert.All(
            [
                table.CriticalSuccessIndex, table.ProbabilityOfDetection, table.FalseAlarmRatio, table.FrequencyBias, table.HeidkeSkill,
                table.GilbertSkill, table.HanssenKuipers, table.ExtremalDependence, table.MatthewsCorrelation, table.F1,
                NowcastMetrics.FractionsSkill(dry, dry, 2, 2, new(1), 3).Value,
            ],
            score => Assert.Equal(No, score));
        Assert.Equal(1, table.Accuracy);
        var probabilities = NowcastMetrics.EnsembleProbabilities(dry, dry, new(1));
        Assert.Equal(0, probabilities.Brier().Score);
        Assert.Equal(No, probabilities.Brier().SkillScore);
        Assert.Equal(No, probabilities.Roc().Area);
        Assert.All(probabilities.EconomicValue([0.1, 0.5]).Values, v => Assert.Equal(No, v));
        Assert.All(NowcastMetrics.ScaleErrors(dry, dry, 2, 2, new(1)).Skills, v => Assert.Equal(No, v));
        Assert.All(NowcastMetrics.RankHistogram(dry, dry, 0.1).Shares, v => Assert.Equal(No, v));
    }

    [Fact]
    public void Where_nothing_was_observed_nothing_is_defined()
    {
        double[] none = [No, No, No, No], rain = [1, 2, 3, 4];
        Assert.Equal(No, NowcastMetrics.Crps(rain, none).Exact);
        Assert.Equal(No, NowcastMetrics.Categorical(rain, none, 1).Accuracy);
        Assert.Equal(No, NowcastMetrics.Continuous(rain, none).RootMeanSquaredError);
        Assert.Equal(No, NowcastMetrics.EnsembleProbabilities(rain, none, new(1)).Brier().Score);
        Assert.Equal(No, NowcastMetrics.PooledCrps(rain, none, 2, 2, 2, Pooling.Maximum).Exact);
        Assert.Throws<ShapeException>(() => NowcastMetrics.RadialSpectrum(none, 2, 2));
    }

    [Fact]
    public void A_pooled_cell_with_a_missing_one_is_missing_and_ragged_edges_are_dropped()
    {
        double[] field = [1, 2, 9, 3, 6, 9, No, 0, 9, 1, 1, 9, 5, 5, 5];
        Assert.Equal([3, No], NowcastMetrics.Pool(field, 5, 3, 2, Pooling.Average));
        Assert.Equal([6, No], NowcastMetrics.Pool(field, 5, 3, 2, Pooling.Maximum));
        Assert.Throws<ShapeException>(() => NowcastMetrics.Pool(field, 5, 3, 4, Pooling.Average));
    }

    [Fact]
    public void Scores_of_two_cases_are_pooled_by_their_weights()
    {
        double[] f1 = [4, 0, 4, 0], o1 = [4, 4, 0, 0], f2 = [4, 4, 4, 0], o2 = [4, 4, 0, 0];
        var twice = NowcastMetrics.Categorical([.. f1, .. f2, .. f2], [.. o1, .. o2, .. o2], 4);
        Assert.Equal(twice, NowcastMetrics.Categorical(f1, o1, 4) + NowcastMetrics.Categorical(f2, o2, 4).Weighted(2));
        Assert.Equal(
            NowcastMetrics.Crps([.. f1, .. f2, .. f2], [.. o1, .. o2, .. o2]).Exact,
            (NowcastMetrics.Crps(f1, o1) + NowcastMetrics.Crps(f2, o2).Weighted(2)).Exact, 12);
        var moments = NowcastMetrics.Moments([.. f1, .. f2, .. f2], [.. o1, .. o2, .. o2]);
        var pooled = NowcastMetrics.Moments(f1, o1) + NowcastMetrics.Moments(f2, o2).Weighted(2);
        Assert.Equal(moments.Covariance, pooled.Covariance, 12);
        Assert.Equal(moments.ForecastVariance, pooled.ForecastVariance, 12);
        Assert.Equal(moments.MeanSquaredError, pooled.MeanSquaredError, 12);
    }

    [Fact]
    public void Ties_drawn_by_a_seed_repeat_and_add_up_to_the_expectation()
    {
        double[] members = [.. Enumerable.Repeat(0.0, 4 * 4000)], observed = new double[4000];
        var expected = NowcastMetrics.RankHistogram(members, observed);
        Assert.All(expected.Counts, c => Assert.Equal(800, c, 9));
        var drawn = NowcastMetrics.RankHistogram(members, observed, seed: 7);
        Assert.Equal(drawn.Counts, NowcastMetrics.RankHistogram(members, observed, seed: 7).Counts);
        Assert.NotEqual(drawn.Counts, NowcastMetrics.RankHistogram(members, observed, seed: 8).Counts);
        Assert.Equal(4000, drawn.Cells);
        Assert.All(drawn.Counts, c => Assert.InRange(c, 680, 920));
    }

    [Fact]
    public void The_parts_of_the_brier_score_add_up_to_it()
    {
        var random = new Random(1);
        double[] p = [.. Enumerable.Range(0, 300).Select(_ => random.Next(11) / 10.0)], o = [.. p.Select(v => random.NextDouble() < v * 0.8 ? 9.0 : 0)];
        var brier = NowcastMetrics.Probabilities(p, o, new(1)).Brier();
        Assert.Equal(brier.Reliability - brier.Resolution + brier.Uncertainty, brier.Score, 12);
        Assert.Equal(p.Zip(o, (a, b) => Math.Pow(a - (b >= 1 ? 1 : 0), 2)).Average(), brier.Score, 12);
    }

    [Fact]
    public void A_perfect_forecast_has_full_value_and_area()
    {
        double[] rain = [0, 0, 5, 5, 0, 9];
        var table = NowcastMetrics.EnsembleProbabilities([.. rain, .. rain], rain, new(4));
        Assert.Equal(1, table.Roc().Area, 12);
        Assert.All(table.EconomicValue([0.1, 0.5, 0.9]).Values, v => Assert.Equal(1, v, 12));
    }

    [Theory]
    [InlineData(7, 5)]
    [InlineData(8, 8)]
    [InlineData(6, 9)]
    public void The_parts_of_a_spectrum_and_of_scales_hold_the_whole(int height, int width)
    {
        var random = new Random(5);
        double[] forecast = [.. Enumerable.Range(0, height * width).Select(_ => random.NextDouble())], observed = [.. forecast.Select(_ => random.NextDouble())];
        var spectrum = NowcastMetrics.RadialSpectrum(forecast, height, width);
        Assert.Equal(Math.Pow(forecast.Sum(), 2) / forecast.Length, spectrum.Power[0], 9);
        var errors = NowcastMetrics.ScaleErrors(forecast, observed, height, width, new(0.5));
        var whole = forecast.Zip(observed, (f, o) => Math.Abs((f >= 0.5 ? 1 : 0) - (o >= 0.5 ? 1 : 0))).Average();
        if (height == 8)
        {
            Assert.Equal(whole, errors.MeanSquares.Sum(), 9);
        }
    }

    [Fact]
    public void Fields_that_do_not_fit_are_refused()
    {
        Assert.Throws<ShapeException>(() => NowcastMetrics.Categorical([1], [1, 2], 1));
        Assert.Throws<ShapeException>(() => NowcastMetrics.Crps([1, 2, 3], [1, 2]));
        Assert.Throws<ShapeException>(() => NowcastMetrics.Crps([], []));
        Assert.Throws<ShapeException>(() => NowcastMetrics.FractionsSkill([1, 2], [1, 2], 2, 2, new(1), 1));
        Assert.Throws<ShapeException>(() => NowcastMetrics.Crps([1, 2], [1]) + NowcastMetrics.Crps([1], [1]));
        Assert.Throws<ConfigurationException>(() => NowcastMetrics.Probabilities([1.5], [1], new(1)));
    }

    [Fact]
    public void A_spectrum_leaves_no_tensor_behind()
    {
        var live = new Deep.Tensors.LiveTensors();
        NowcastMetrics.RadialSpectrum(new double[12], 3, 4);
        Assert.Equal(0, live.Created);
    }
}
