namespace Deep.Nowcast;

/// <summary>How radar files are read.</summary>
/// <remarks>Immutable, safe to share between threads.</remarks>
public sealed record RadarReadOptions
{
    /// <summary>The options used where none are given.</summary>
    public static RadarReadOptions Default { get; } = new();

    /// <summary>
    /// The quantity to take from a file with several, such as <c>DBZH</c>, <c>RATE</c> or <c>ACRR</c> of ODIM_H5; null:
    /// the first that is rain or reflectivity.
    /// </summary>
    public string? Quantity { get; init; }

    /// <summary>
    /// Unit of files that do not say it (NumPy, GeoTIFF without a unit); null: such a file is refused.
    /// </summary>
    public RadarUnit? Unit { get; init; }

    /// <summary>Grid of files that do not say it (NumPy); null: cells of 1 km without a place.</summary>
    public RadarGrid? Grid { get; init; }

    /// <summary>Length of the interval of files that do not say it; null: what the format's usual is, or unknown.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>
    /// The time (UTC) of a file by its path, for files that do not say it; null: the digits of the file name
    /// (yyyyMMddHHmm, yyyyMMddHHmmss, both also with separators, or yyDDDHHmm).
    /// </summary>
    public Func<string, DateTimeOffset?>? TimeOf { get; init; }

    /// <summary>
    /// Relation from reflectivity to rain rate that <see cref="RadarSequence"/> uses; null: the file's own where it
    /// states one, else Marshall-Palmer.
    /// </summary>
    public ReflectivityRelation? Relation { get; init; }

    /// <summary>Reflectivity below which <see cref="RadarSequence"/> takes it as dry, dBZ. Default 10.</summary>
    public double DryBelowDbz { get; init; } = 10;

    /// <summary>
    /// Largest rain rate of a <see cref="RadarSequence"/>, mm/h; what is above becomes it. Default 128, where the data
    /// of the paper is clipped (hail, clutter and interference give absurd values). Infinity keeps all.
    /// </summary>
    public double MaxRainRate { get; init; } = 128;

    /// <summary>Most cells of one field. Default 50 million: 200 MB.</summary>
    public long MaxCells { get; init; } = 50_000_000;

    /// <summary>Largest file, and largest decompressed content where it must be held, in bytes. Default 512 MiB.</summary>
    public long MaxBytes { get; init; } = 512L << 20;

    /// <summary>Checks the options.</summary>
    /// <exception cref="ConfigurationException">One is out of its range.</exception>
    public void Validate()
    {
        Grid?.Validate();
        Relation?.Validate();
        Require(Interval is null || Interval > TimeSpan.Zero, nameof(Interval), "above 0", Interval);
        Require(!double.IsNaN(DryBelowDbz), nameof(DryBelowDbz), "a number", DryBelowDbz);
        Require(MaxRainRate > 0, nameof(MaxRainRate), "above 0", MaxRainRate);
        Require(MaxCells is >= 1 and <= 1L << 31, nameof(MaxCells), "1 to 2147483648", MaxCells);
        Require(MaxBytes is >= 1 and <= 1L << 31, nameof(MaxBytes), "1 to 2147483648", MaxBytes);
    }

    private static void Require(bool holds, string name, string expected, object? found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"RadarReadOptions.{name}", expected, found);
        }
    }
}
