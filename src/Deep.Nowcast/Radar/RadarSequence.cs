using Deep.Media;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nowcast;

// T frames, H rows, W columns

/// <summary>Rain rates of one place at equal steps of time.</summary>
/// <remarks>
/// Gaps, two frames of one time, and frames of other sizes or projections are errors that name the file; nothing is
/// resampled. Immutable and plain managed memory, safe to share between threads.
/// </remarks>
public sealed partial class RadarSequence
{
    /// <summary>A sequence of fields.</summary>
    /// <param name="fields">At least one, in any order; sums and reflectivity become rain rates.</param>
    /// <param name="cadence">
    /// The step of time; null: what most neighbours are apart. For a single field its interval, or zero.
    /// </param>
    /// <param name="options">How they become rain rates; null: the defaults, which clip at 128 mm/h.</param>
    /// <exception cref="MediaException">
    /// There is no field, or one does not fit the others: the message names its source.
    /// </exception>
    public RadarSequence(
        IEnumerable<RadarField> fields, TimeSpan? cadence = null, RadarReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(fields);
        options ??= RadarReadOptions.Default;
        options.Validate();
        RadarField[] sorted = [.. fields.OrderBy(field => field.Time)];
        if (sorted.Length == 0)
        {
            throw new MediaException("radar sequence", "there is no frame: at least one is needed.");
        }

        FrameSteps.RequireOneGrid(sorted);
        Cadence = cadence ?? FrameSteps.CadenceOf(sorted);
        FrameSteps.RequireCadence(sorted, Cadence);
        Fields = [.. sorted.Select(field => AsRate(field, options))];
    }

    private RadarSequence(IReadOnlyList<RadarField> fields, TimeSpan cadence) => (Fields, Cadence) = (fields, cadence);

    /// <summary>The T frames by time: rain rates in mm/h, NaN where nothing was observed.</summary>
    public IReadOnlyList<RadarField> Fields { get; }

    /// <summary>Time from frame to frame; zero for one frame of unknown interval.</summary>
    public TimeSpan Cadence { get; }

    /// <summary>The grid of all frames.</summary>
    public RadarGrid Grid => Fields[0].Grid;

    /// <summary>T.</summary>
    public int Count => Fields.Count;

    /// <summary>Time of the first frame, UTC.</summary>
    public DateTimeOffset Start => Fields[0].Time;

    /// <summary>Time of the last frame, UTC.</summary>
    public DateTimeOffset End => Fields[^1].Time;

    /// <summary>Some frames in a row.</summary>
    /// <param name="start">The first, from 0.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <exception cref="ShapeException">The frames are not all there.</exception>
    public RadarSequence Slice(int start, int count)
    {
        if (start < 0 || count < 1 || count > Count - start)
        {
            throw new ShapeException($"Frames {start} to {start + count - 1} do not lie within a sequence of {Count}.");
        }

        return new RadarSequence([.. Fields.Skip(start).Take(count)], Cadence);
    }

    /// <summary>A rectangle of cells of every frame.</summary>
    /// <param name="top">First row.</param>
    /// <param name="left">First column.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <exception cref="ShapeException">The rectangle is empty or reaches outside the grid.</exception>
    public RadarSequence Crop(int top, int left, int height, int width) =>
        new([.. Fields.Select(field => field.Crop(top, left, height, width))], Cadence);

    /// <summary>All frames on cells <paramref name="factor"/> times as long: see <see cref="RadarField.Coarsen"/>.</summary>
    /// <param name="factor">At least 1.</param>
    /// <exception cref="ConfigurationException">The factor does not fit.</exception>
    public RadarSequence Coarsen(int factor) =>
        new([.. Fields.Select(field => field.Coarsen(factor))], Cadence);

    /// <summary>The frames as a tensor.</summary>
    /// <returns>[T, 1, H, W], float32, mm/h, NaN kept, on the CPU. The caller disposes it.</returns>
    public Tensor ToTensor()
    {
        var (height, width) = (Grid.Height, Grid.Width);
        var frames = empty([Count, 1, height, width], ScalarType.Float32);
        using var scope = NewDisposeScope();
        for (var t = 0; t < Count; t++)
        {
            frames[t, 0].copy_(tensor(Fields[t].Values, [height, width]));
        }

        return frames;
    }

    /// <summary>A sequence of the rain rates in a tensor.</summary>
    /// <param name="rain">[T, H, W] or [T, 1, H, W], mm/h, NaN where nothing was observed. Not disposed.</param>
    /// <param name="grid">H, W and the place; null: cells of 1 km without a place.</param>
    /// <param name="start">Time of the first frame; null: 2000-01-01, midnight.</param>
    /// <param name="cadence">From frame to frame; null: 5 minutes.</param>
    /// <exception cref="ShapeException">The tensor has another rank, or does not fit the grid.</exception>
    public static RadarSequence FromTensor(
        Tensor rain, RadarGrid? grid = null, DateTimeOffset? start = null, TimeSpan? cadence = null)
    {
        ArgumentNullException.ThrowIfNull(rain);
        if (!(rain.dim() == 3 || (rain.dim() == 4 && rain.shape[1] == 1)) || rain.numel() == 0)
        {
            throw new ShapeException(
                $"Rain rates are [time, height, width] or [time, 1, height, width], but [{string.Join(", ", rain.shape)}] came.");
        }

        using var scope = NewDisposeScope();
        var frames = rain.to(ScalarType.Float32).cpu().reshape(rain.shape[0], -1).contiguous();
        grid ??= RadarGrid.Plain((int)rain.shape[^2], (int)rain.shape[^1]);
        var step = cadence ?? TimeSpan.FromMinutes(5);
        var first = start ?? new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var fields = Enumerable.Range(0, (int)rain.shape[0]).Select(t => new RadarField(
            frames[t].data<float>().ToArray(), grid, RadarUnit.RainRate, first + (t * step), step));
        return new RadarSequence(fields, step);
    }

    private static RadarField AsRate(RadarField field, RadarReadOptions options)
    {
        var rate = field.ToRainRate(options.Relation, options.DryBelowDbz);
        return rate.Values.Any(value => value > options.MaxRainRate)
            ? rate.With(RadarUnit.RainRate, value => value > options.MaxRainRate ? options.MaxRainRate : value)
            : rate;
    }
}
