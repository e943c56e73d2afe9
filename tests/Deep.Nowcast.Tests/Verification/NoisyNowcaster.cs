using Deep.Nowcast;

namespace Deep.Nowcast.Tests.Verification;

/// <summary>An ensemble around the last field: persistence times a factor of each member.</summary>
internal sealed class NoisyNowcaster(string name = "noisy", double spread = 0.5) : INowcaster
{
    public string Name => name;

    public NowcastEnsemble Forecast(
        RadarSequence past, NowcastOptions? options = null, IProgress<NowcastProgress>? progress = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        options ??= new();
        var last = past.Fields[^1].Values;
        var values = new float[options.Members * options.Steps * last.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var (member, step) = (i / last.Length / options.Steps, i / last.Length % options.Steps);
            var random = new Random((int)options.Seed + (member * 1000) + step);
            values[i] = last[i % last.Length] * (float)(1 - spread + (2 * spread * random.NextDouble()));
        }

        return new(values, options.Members, past.Grid, past.End, past.Cadence);
    }
}
