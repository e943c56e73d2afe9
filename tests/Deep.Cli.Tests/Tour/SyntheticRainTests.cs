using Deep.Cli.Tour;
using Deep.Nowcast;
using Deep.Tensors;

namespace Deep.Cli.Tests.Tour;

public sealed class SyntheticRainTests
{
    private const int Frames = 10;

    [Fact]
    public void It_follows_from_its_seed()
    {
        var rain = Values(SyntheticRain.Make(3, seed: 4));
        Assert.Equal(rain, Values(SyntheticRain.Make(3, seed: 4)));
        Assert.NotEqual(rain, Values(SyntheticRain.Make(3, seed: 5)));
    }

    [Fact]
    public void It_is_distributed_as_rain_is()
    {
        var rain = Enumerable.Range(1, 5).SelectMany(seed => Values(SyntheticRain.Make(1, seed))).ToArray();
        Assert.All(rain, value => Assert.InRange(value, 0, 40));
        Assert.InRange(rain.Max(), 20, 40);
        Assert.InRange(Share(0.1f), 0.2, 0.45);
        Assert.InRange(Share(1), 0.04, 0.15);
        Assert.InRange(Share(4), 0.01, 0.06);

        double Share(float threshold) => (double)rain.Count(value => value >= threshold) / rain.Length;
    }

    [Fact]
    public void It_stands_on_cells_of_2_km_every_5_minutes()
    {
        var rain = SyntheticRain.Make(2, seed: 1);
        Assert.Equal((128, 128, 2.0), (rain.Grid.Height, rain.Grid.Width, rain.Grid.PixelKilometres));
        Assert.Equal(TimeSpan.FromMinutes(5), rain.Cadence);
    }

    [Fact]
    public void It_moves_and_its_cells_grow_and_decay()
    {
        var rain = SyntheticRain.Make(Frames, seed: 11);
        var report = NowcastVerification.Run(
            NowcastCase.Of(rain, context: 4, leads: 6), [Extrapolation.Default, Persistence.Default],
            new NowcastProtocol { Steps = 6, Thresholds = [1] });
        var (moved, still) = (Skill(report, "extrapolation"), Skill(report, "persistence"));

        // Carried on it is found again; but what extrapolation cannot know is lost with time.
        Assert.All(moved.Zip(still).Skip(1), pair => Assert.True(pair.First > pair.Second + 0.15, $"{pair}"));
        Assert.True(moved[5] < moved[0] - 0.15);
    }

    [Fact]
    public void It_leaves_no_tensor_behind()
    {
        SyntheticRain.Make(1, seed: 1);
        var live = new LiveTensors();
        SyntheticRain.Make(2, seed: 2);
        Assert.Equal(0, live.Created);
    }

    private static float[] Values(RadarSequence rain) => [.. rain.Fields.SelectMany(field => field.Values)];

    private static double[] Skill(NowcastReport report, string model) =>
        [.. report.Of(model).Leads.Select(lead => lead.MemberTables[0].CriticalSuccessIndex)];
}
