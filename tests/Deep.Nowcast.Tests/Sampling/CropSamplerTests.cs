using Deep.Nowcast;
using Deep.Tests.Nowcast.Radar;

namespace Deep.Tests.Nowcast.Sampling;

public sealed class CropSamplerTests
{
    private static readonly CropOptions Small = new() { Frames = 3, Height = 8, Width = 8, Stride = 4 };

    [Fact]
    public void The_probability_of_a_place_is_that_of_its_cells()
    {
        var sampler = new CropSampler([Storm(5)], Small);
        Assert.Equal((5 - 3 + 1) * 7 * 7, sampler.Places);
        foreach (var crop in sampler.All().Where((_, i) => i % 11 == 0))
        {
            var cells = crop.Frames.Fields.SelectMany(field => field.Values).ToArray();
            Assert.Equal(Small.Importance!.Probability(cells), crop.Probability, 1e-12);
            Assert.Equal(1 / crop.Probability, crop.Weight);
        }
    }

    [Fact]
    public void The_nth_example_of_a_seed_is_always_the_same_and_another_seed_draws_others()
    {
        var (a, b) = (new CropSampler([Storm(5), Storm(4)], Small), new CropSampler([Storm(5), Storm(4)], Small));
        var forwards = Enumerable.Range(0, 50).Select(n => Place(a.Draw(3, n))).ToList();
        var backwards = Enumerable.Range(0, 50).Reverse().Select(n => Place(b.Draw(3, n))).Reverse();
        Assert.Equal(forwards, backwards);
        Assert.NotEqual(forwards, Enumerable.Range(0, 50).Select(n => Place(a.Draw(4, n))));
        Assert.Contains(forwards, place => place.Sequence == 1);
    }

    [Fact]
    public void Places_are_drawn_in_proportion_to_their_probability()
    {
        var sampler = new CropSampler([Storm(3)], Small);
        var places = sampler.All().ToDictionary(Place, crop => crop.Probability);
        var total = places.Values.Sum();
        var wettest = places.MaxBy(place => place.Value);
        const int draws = 4000;
        var hits = Enumerable.Range(0, draws).Count(n => Place(sampler.Draw(1, n)) == wettest.Key);
        var expected = draws * wettest.Value / total;
        Assert.InRange(hits, expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected)));
        Assert.True(expected > 5.0 * draws / places.Count);
    }

    [Fact]
    public void Inverse_probabilities_restore_what_all_places_have_on_average()
    {
        var sampler = new CropSampler([Storm(6)], Small with { Importance = new(0.01, 0.5, 1) });
        var truth = sampler.All().Average(Mean);
        var drawn = Enumerable.Range(0, 4000).Select(n => sampler.Draw(2, n)).ToList();
        var weighted = drawn.Sum(crop => crop.Weight * Mean(crop)) / drawn.Sum(crop => crop.Weight);
        Assert.InRange(drawn.Average(Mean), 3 * truth, double.MaxValue);
        Assert.Equal(truth, weighted, 0.15 * truth);
    }

    [Fact]
    public void Heavy_cells_become_more_frequent_as_computed_and_as_drawn()
    {
        var sampler = new CropSampler([Storm(6)], Small);
        var (uniform, important) = (sampler.ShareAbove(4, importance: false), sampler.ShareAbove(4));
        Assert.True(important > 5 * uniform, $"{uniform} to {important}");
        var cells = Enumerable.Range(0, 2000).SelectMany(n => sampler.Draw(5, n).Frames.Fields)
            .SelectMany(field => field.Values).Where(value => !float.IsNaN(value)).ToList();
        Assert.Equal(important, cells.Count(value => value >= 4) / (double)cells.Count, 0.1 * important);
    }

    [Fact]
    public void Without_importance_every_place_counts_the_same()
    {
        var sampler = new CropSampler([Storm(3)], Small with { Importance = null });
        Assert.Equal(1, sampler.Draw(0, 0).Probability);
        Assert.Equal(sampler.ShareAbove(4), sampler.ShareAbove(4, importance: false), 1e-12);
    }

    [Fact]
    public void Places_with_too_few_observed_cells_are_never_drawn()
    {
        var sampler = new CropSampler([HalfMissing()], Small with { MinObserved = 1, Stride = 1 });
        Assert.All(sampler.All(), crop => Assert.True(crop.Left >= 16));
        Assert.All(Enumerable.Range(0, 200), n => Assert.True(sampler.Draw(1, n).Left >= 16));
    }

    [Fact]
    public void Sequences_that_are_too_short_or_too_small_are_passed_over_and_none_at_all_is_an_error()
    {
        var sampler = new CropSampler([Storm(2), Storm(3), Storm(1)], Small);
        Assert.All(Enumerable.Range(0, 50), n => Assert.Equal(1, sampler.Draw(1, n).Sequence));
        Assert.Throws<ConfigurationException>(() => new CropSampler([Storm(2)], Small));
        Assert.Throws<ConfigurationException>(() => new CropSampler([Storm(3)], Small with { Height = 33 }));
        Assert.Throws<ConfigurationException>(() => new CropSampler([Storm(3)], Small with { Stride = 0 }));
    }

    [SharedFact]
    public void On_real_rain_the_share_of_heavy_cells_rises()
    {
        var files = Directory.GetFiles(SharedData.At("data", "nowcast", "mch", "20150515")).Order(StringComparer.Ordinal).Take(8);
        var sampler = new CropSampler(
            [RadarSequence.Read(files).Coarsen(2)], new() { Frames = 8, Height = 64, Width = 64, Stride = 8 });
        Assert.True(sampler.ShareAbove(4) > 2 * sampler.ShareAbove(4, importance: false));
    }

    private static (int Sequence, int Start, int Top, int Left) Place(RadarCrop crop) =>
        (crop.Sequence, crop.Start, crop.Top, crop.Left);

    private static double Mean(RadarCrop crop) =>
        crop.Frames.Fields.Average(field => field.Values.Where(value => !float.IsNaN(value)).Average(value => (double)value));

    /// <summary>A dry field of 32 x 32 cells with one small storm of 20 mm/h.</summary>
    private static RadarSequence Storm(int frames) => Sequence(frames, (row, column) =>
        row is >= 20 and < 26 && column is >= 22 and < 27 ? 20 : row == 0 && column == 0 ? float.NaN : 0);

    private static RadarSequence HalfMissing() => Sequence(3, (_, column) => column < 16 ? float.NaN : 1);

    private static RadarSequence Sequence(int frames, Func<int, int, float> value) => new(Enumerable.Range(0, frames)
        .Select(t => new RadarField(
            [.. Enumerable.Range(0, 32 * 32).Select(i => value(i / 32, i % 32))], RadarGrid.Plain(32, 32),
            RadarUnit.RainRate, Fields.Noon.AddMinutes(5 * t))));
}
