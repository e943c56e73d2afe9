using Deep.Nowcast;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Experiments.Nowcast;

/// <summary>A generator in memory as a forecaster; the deterministic one has noise of zero.</summary>
internal sealed class GeneratorNowcaster(string name, Dgmr generator, bool isDeterministic = false) : INowcaster
{
    private const int MembersAtOnce = 10;

    public string Name => name;

    public NowcastEnsemble Forecast(
        RadarSequence past, NowcastOptions? options = null, IProgress<NowcastProgress>? progress = null, CancellationToken cancellation = default)
    {
        options ??= new NowcastOptions();
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        generator.eval();
        var (height, width) = (past.Grid.Height, past.Grid.Width);
        using var frames = past.Slice(past.Count - generator.Config.ContextFrames, generator.Config.ContextFrames).ToTensor();
        var missing = frames[-1].isnan(); // [1, H, W]
        var context = frames.nan_to_num(0).unsqueeze(0);
        context = nn.functional.pad(context.squeeze(2), [0, (32 - (width % 32)) % 32, 0, (32 - (height % 32)) % 32]).unsqueeze(2);
        using var random = new Generator(new RandomState((ulong)options.Seed, 77).NextUInt64() >> 1);
        var gamma = new RandomState((ulong)options.Seed, 78);
        var members = new List<Tensor>();
        for (var first = 0; first < options.Members; first += MembersAtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(MembersAtOnce, options.Members - first);
            var noise = generator.Noise(count, context.shape[3], context.shape[4], random, isDeterministic ? 0 : options.ZScale);
            var factors = tensor(Enumerable.Range(0, count).Select(_ =>
                isDeterministic || options.FieldGamma == 0 ? 1 : (float)(gamma.NextGamma(options.FieldGamma) / options.FieldGamma)).ToArray());
            var rain = generator.Forecast(context.mul(factors.view(-1, 1, 1, 1, 1)), noise, options.Steps).relu();
            members.Add(rain.squeeze(2).narrow(2, 0, height).narrow(3, 0, width));
        }

        using TorchSharp.Scalar unknown = float.NaN;
        return new NowcastEnsemble(cat(members).masked_fill(missing, unknown), past.Grid, past.End, past.Cadence);
    }
}
