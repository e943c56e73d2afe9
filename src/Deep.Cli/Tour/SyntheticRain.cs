using Deep.Nowcast;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Cli.Tour;

// T frames, H x W cells; noise of N x N points on half cells, periodic

/// <summary>Rain that never fell: noise with the spectrum of rain, carried along an arc while its cells grow and decay.</summary>
/// <remarks>
/// Each wavelength of the noise forgets itself in a time that is proportional to it, as in the STEPS model, so that showers live for a
/// quarter of an hour and their bands for hours. The noise becomes decibels of rain, dry below a threshold. It moves as a rigid sheet that
/// turns about a distant point. Follows from the seed alone.
/// </remarks>
internal static class SyntheticRain
{
    /// <summary>Cells of a side.</summary>
    public const int Side = 128;

    /// <summary>Kilometres of a cell.</summary>
    public const int CellKilometres = 2;

    /// <summary>Minutes from frame to frame.</summary>
    public const int CadenceMinutes = 5;

    // Side of the noise in points; half a cell apart, so that interpolation between them hardly smooths.
    private const int Points = 4 * Side;
    private const double PointsPerCell = 2;

    // Power of the noise over its wave number, without the factor of the circumference, and where it stops to rise.
    private const double Slope = 3.3;
    private const double LongestCells = 64;

    // A wavelength of 8 km is forgotten (to 1 / e) in 25 minutes.
    private const double MinutesPerKilometre = 25.0 / 8;

    // 0.1 mm/h at the threshold, ten times as much a decade further, and ever less more towards the most.
    private const double Threshold = 0.45;
    private const double Decade = 0.9;
    private const double Least = 0.1;
    private const double Most = 40;

    // Centre of the turn in cells from the middle of the map, and its angle in a frame: some 50 km/h from the west.
    private const double CentreRow = 190;
    private const double CentreColumn = -60;
    private const double Turn = -0.0105;

    /// <summary>A sequence of rain rates.</summary>
    /// <param name="frames">T.</param>
    /// <param name="seed">Start of the noise.</param>
    public static RadarSequence Make(int frames, long seed)
    {
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        using var chance = new Generator((ulong)seed, CPU);
        var (amplitude, memory, news) = Spectrum();
        var state = White(chance);
        var rain = new float[frames][];
        for (var t = 0; t < frames; t++)
        {
            state = t == 0 ? state : (state * memory).Plus(White(chance) * news);
            var noise = fft.irfft2(state * amplitude, [Points, Points]).data<float>().ToArray();
            rain[t] = Carried(noise, t);
        }

        var start = new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
        var grid = RadarGrid.Plain(Side, Side, 1000 * CellKilometres);
        var cadence = TimeSpan.FromMinutes(CadenceMinutes);
        return new RadarSequence(
            rain.Select((values, t) => new RadarField(values, grid, RadarUnit.RainRate, start + (t * cadence), cadence, "synthetic rain")), cadence);
    }

    private static Tensor White(Generator chance) => fft.rfft2(randn([Points, Points], ScalarType.Float32, generator: chance));

    // [N, N / 2 + 1] each: the filter that gives noise of variance 1, what a frame keeps of the one before, and what is new in it.
    private static (Tensor Amplitude, Tensor Memory, Tensor News) Spectrum()
    {
        const int columns = (Points / 2) + 1;
        var (amplitude, memory, news) = (new float[Points, columns], new float[Points, columns], new float[Points, columns]);
        var power = 0.0;
        for (var row = 0; row < Points; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                // Waves in a cell; below a wavelength of two cells a radar sees none.
                var wave = PointsPerCell / Points * Math.Sqrt(Math.Pow(Math.Min(row, Points - row), 2) + Math.Pow(column, 2));
                if (wave > 0.5 || wave == 0)
                {
                    continue;
                }

                var value = Math.Pow(Math.Pow(wave, 2) + Math.Pow(1 / LongestCells, 2), -Slope / 4);
                power += value * value * (column is 0 or (Points / 2) ? 1 : 2);
                amplitude[row, column] = (float)value;
                var kept = Math.Exp(-CadenceMinutes / (MinutesPerKilometre * CellKilometres / wave));
                (memory[row, column], news[row, column]) = ((float)kept, (float)Math.Sqrt(1 - (kept * kept)));
            }
        }

        return (tensor(amplitude).Times(Points / Math.Sqrt(power)), tensor(memory), tensor(news));
    }

    // Where the rain of a cell was at the start, and how much the noise has there.
    private static float[] Carried(float[] noise, int frame)
    {
        var (sin, cos) = Math.SinCos(-Turn * frame);
        var rain = new float[Side * Side];
        for (var cell = 0; cell < rain.Length; cell++)
        {
            var down = (cell / Side) - (Side / 2.0) - CentreRow;
            var right = (cell % Side) - (Side / 2.0) - CentreColumn;
            var row = PointsPerCell * ((cos * down) - (sin * right) + CentreRow);
            var column = PointsPerCell * ((sin * down) + (cos * right) + CentreColumn);
            rain[cell] = Rain(Between(noise, row, column));
        }

        return rain;
    }

    private static double Between(float[] noise, double row, double column)
    {
        var (top, left) = (Math.Floor(row), Math.Floor(column));
        var (below, beside) = (row - top, column - left);
        return ((1 - below) * (((1 - beside) * At(top, left)) + (beside * At(top, left + 1))))
            + (below * (((1 - beside) * At(top + 1, left)) + (beside * At(top + 1, left + 1))));

        double At(double y, double x) => noise[(Wrapped(y) * Points) + Wrapped(x)];
    }

    private static int Wrapped(double place) => (((int)place % Points) + Points) % Points;

    private static float Rain(double noise)
    {
        var unbounded = Least * Math.Pow(10, (noise - Threshold) / Decade);
        return noise < Threshold ? 0 : (float)(unbounded / (1 + (unbounded / Most)));
    }
}
