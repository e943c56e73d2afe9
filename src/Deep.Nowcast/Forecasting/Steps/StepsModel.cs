using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nowcast;

// K levels, h rows, w columns, f = w / 2 + 1 wavenumbers of a real transform

/// <summary>What is fitted to the last three fields: the cascade, its autoregression and the spectrum of its noise.</summary>
/// <remarks>
/// Everything is kept as spectra: band-pass filters, autoregression and noise are linear, so that a step of a member costs one
/// transform of white noise and one transform back, however many levels there are.
/// </remarks>
internal sealed class StepsModel : IDisposable
{
    private readonly int height;
    private readonly int width;
    private readonly double mean;
    private readonly Tensor latest;
    private readonly Tensor before;
    private readonly Tensor gains;
    private readonly Tensor first;
    private readonly Tensor second;

    /// <summary>Fits the model.</summary>
    /// <param name="fields">The last three fields where the newest sees them: each [h * w] in decibels, no NaN.</param>
    /// <param name="height">h.</param>
    /// <param name="width">w.</param>
    /// <param name="levels">K.</param>
    /// <param name="noiseScale">Factor of the noise.</param>
    public StepsModel(IReadOnlyList<float[]> fields, int height, int width, int levels, double noiseScale)
    {
        (this.height, this.width) = (height, width);
        using var scope = NewDisposeScope();
        var half = (width / 2) + 1;
        var weights = tensor(CascadeFilters.Weights(height, width, levels), [levels, height, half]);
        mean = fields[^1].Average(value => (double)value);
        var cascades = fields.TakeLast(3).Select(field => Cascade(field, weights)).ToArray();
        var spatial = cascades.Select(cascade => torch.fft.irfft2(cascade, [height, width]).flatten(1).to(ScalarType.Float64)).ToArray();
        var processes = Fit(spatial);
        Processes = processes;
        latest = cascades[^1].MoveToOuterDisposeScope();
        before = cascades[^2].MoveToOuterDisposeScope();
        first = PerLevel(processes.Select(p => (float)p.First)).MoveToOuterDisposeScope();
        second = PerLevel(processes.Select(p => (float)p.Second)).MoveToOuterDisposeScope();
        var deviations = (spatial[^1] * spatial[^1]).mean([1]).sqrt();
        gains = Gains(fields[^1], weights, deviations, processes).Times((float)noiseScale).MoveToOuterDisposeScope();
        foreach (var kept in new[] { latest, before, first, second, gains })
        {
            kept.DetachFromDisposeScope();
        }
    }

    /// <summary>The autoregression of each level.</summary>
    public Autoregression[] Processes { get; }

    /// <summary>One member, from the latest observation on.</summary>
    internal sealed class Member(StepsModel model) : IDisposable
    {
        private Tensor now = model.latest.alias();
        private Tensor before = model.before.alias();

        /// <summary>One step on: [h * w] in decibels, before masks and matching.</summary>
        /// <param name="noise">[h * w] independent normal numbers.</param>
        public float[] Step(float[] noise)
        {
            using var scope = NewDisposeScope();
            var white = torch.fft.rfft2(tensor(noise, [model.height, model.width])).unsqueeze(0);
            var next = (now * model.first).PlusInPlace(before * model.second).PlusInPlace(white * model.gains);
            var field = torch.fft.irfft2(next.sum([0]), [model.height, model.width]).Plus((float)model.mean);
            before.Dispose();
            (before, now) = (now, next.DetachFromDisposeScope());
            return field.contiguous().data<float>().ToArray();
        }

        public void Dispose()
        {
            now.Dispose();
            before.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var kept in new[] { latest, before, first, second, gains })
        {
            kept.Dispose();
        }
    }

    private static Tensor PerLevel(IEnumerable<float> values) => tensor(values.ToArray()).view(-1, 1, 1);

    // [K, h, f]: the spectra of all levels, without the mean of the field.
    private Tensor Cascade(float[] field, Tensor weights)
    {
        using var scope = NewDisposeScope();
        var spectrum = torch.fft.rfft2(tensor(field, [height, width]).Plus(-(float)mean));
        return (spectrum.unsqueeze(0) * weights).MoveToOuterDisposeScope();
    }

    private static Autoregression[] Fit(Tensor[] levels)
    {
        using var scope = NewDisposeScope();
        var (r1, r2) = (Correlation(levels[^1], levels[^2]), Correlation(levels[^1], levels[^3]));
        return [.. r1.Zip(r2, Autoregression.Of)];
    }

    private static double[] Correlation(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (a - a.mean([1], keepdim: true), b - b.mean([1], keepdim: true));
        var both = (x * y).sum(1) / ((x * x).sum(1) * (y * y).sum(1)).sqrt();
        return both.data<double>().ToArray();
    }

    // What white noise is multiplied by: the level's part of the observed spectrum, scaled so that the noise keeps the level's
    // variance.
    private Tensor Gains(float[] field, Tensor weights, Tensor deviations, Autoregression[] processes)
    {
        using var scope = NewDisposeScope();
        var tapered = tensor(field, [height, width]).Plus(-(float)DecibelRain.Dry);
        var least = field.Where(value => value > DecibelRain.Dry + 1e-3).DefaultIfEmpty((float)DecibelRain.Dry).Min();
        // Without the jump between dry and wet, which would put noise into the smallest scales.
        tapered = tapered.Plus((float)DecibelRain.Dry - least).relu();
        tapered *= Taper(height).unsqueeze(1) * Taper(width).unsqueeze(0);
        var amplitude = torch.fft.rfft2(tapered).abs();
        amplitude[0, 0] = zeros([], ScalarType.Float32);
        var shaped = amplitude.unsqueeze(0) * weights;
        // White noise has variance h w at each wavenumber; all but the first and (even w) last column stand for two.
        var twice = ones([(width / 2) + 1], ScalarType.Float32).Times(2);
        twice[0] = ones([], ScalarType.Float32);
        if (width % 2 == 0)
        {
            twice[-1] = ones([], ScalarType.Float32);
        }

        var variance = (shaped * shaped * twice).sum([1, 2]).Times(1 / ((double)height * width));
        var scale = deviations.to(ScalarType.Float32) / variance.sqrt().Plus(1e-20);
        return (shaped * scale.view(-1, 1, 1) * PerLevel(processes.Select(p => (float)p.Noise))).MoveToOuterDisposeScope();
    }

    // Tukey's window: flat, with cosine flanks of a tenth of the length at both ends.
    private static Tensor Taper(int length)
    {
        var flank = Math.Max(1, (length - 1) / 10.0);
        return tensor(Enumerable.Range(0, length).Select(i =>
        {
            var edge = Math.Min(i, length - 1 - i);
            return length < 4 || edge >= flank ? 1f : (float)(0.5 * (1 - Math.Cos(Math.PI * (edge + 0.5) / flank)));
        }).ToArray());
    }
}
