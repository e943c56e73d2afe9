using System.Buffers.Binary;

namespace Deep.Nowcast;

// T frames, H rows, W columns

/// <summary>
/// A row of the dataset that DeepMind and the Met Office published with DGMR: T frames of UK radar, 5 minutes apart.
/// </summary>
/// <remarks>Immutable and plain managed memory, safe to share between threads.</remarks>
public sealed class DeepMindRow
{
    /// <summary>Minutes from frame to frame.</summary>
    public const int CadenceMinutes = 5;

    private const float PerMillimetre = 32;

    private const string NationalGrid =
        "+proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy +units=m +no_defs";

    private readonly ReadOnlyMemory<byte> _radar;

    internal DeepMindRow(
        ReadOnlyMemory<byte> radar, int frames, RadarGrid grid, double? probability, DateTimeOffset end, string source)
    {
        _radar = radar;
        (Frames, Grid, SampleProbability, End, Source) = (frames, grid, probability, end, source);
    }

    /// <summary>T, 24 in the published data.</summary>
    public int Frames { get; }

    /// <summary>H, W and the place on the British national grid; 1 km cells without a place where the row has none.</summary>
    public RadarGrid Grid { get; }

    /// <summary>
    /// The probability with which the row was drawn; scores weigh it by the inverse. Null where the row does not say.
    /// </summary>
    public double? SampleProbability { get; }

    /// <summary>Time of the last frame, UTC.</summary>
    public DateTimeOffset End { get; }

    /// <summary>The file and the row's number.</summary>
    public string Source { get; }

    /// <summary>The frames as rain rates: stored / 32 mm/h, NaN where the stored value is negative (-1, masked).</summary>
    /// <param name="options">How rates are clipped; null: at 128 mm/h, as in the paper.</param>
    public RadarSequence ToSequence(RadarReadOptions? options = null)
    {
        var cadence = TimeSpan.FromMinutes(CadenceMinutes);
        var cells = Grid.Height * Grid.Width;
        return new RadarSequence(
            Enumerable.Range(0, Frames).Select(t => new RadarField(
                Rates(_radar.Span.Slice(t * cells * 2, cells * 2)), Grid, RadarUnit.RainRate,
                End - ((Frames - 1 - t) * cadence), cadence, $"{Source}, frame {t}")),
            cadence, options);
    }

    internal static RadarGrid GridOf(int height, int width, double? left, double? right, double? top, double? bottom)
    {
        var placed = right > left && top > bottom;
        return placed
            ? new RadarGrid
            {
                Height = height,
                Width = width,
                Projection = NationalGrid,
                Left = left!.Value,
                Right = right!.Value,
                Top = top!.Value,
                Bottom = bottom!.Value,
            }
            : RadarGrid.Plain(height, width);
    }

    private static float[] Rates(ReadOnlySpan<byte> stored)
    {
        var rates = new float[stored.Length / 2];
        for (var i = 0; i < rates.Length; i++)
        {
            var value = BinaryPrimitives.ReadInt16LittleEndian(stored[(2 * i)..]);
            rates[i] = value < 0 ? float.NaN : value / PerMillimetre;
        }

        return rates;
    }
}
