namespace Deep.Perceivers;

/// <summary>What is asked of the latents: one query for each cell of an output grid (Perceiver IO, section 3.2).</summary>
public sealed record QueryConfig
{
    /// <summary>Cells along each axis of the output.</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>How a cell's query is made. Learned queries have one encoding for each cell.</summary>
    public required PositionConfig Positions { get; init; }

    /// <summary>Where the cells lie, for Fourier features. Default from border to border.</summary>
    public GridPositions Grid { get; init; }

    /// <summary>E, the channels of a query.</summary>
    public int Channels => Positions.Channels;

    /// <summary>O, the queries of the whole grid.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Learned queries.</summary>
    /// <param name="count">O.</param>
    /// <param name="channels">E.</param>
    /// <returns>The configuration.</returns>
    public static QueryConfig Learned(int count, int channels) => new()
    {
        Shape = [count],
        Positions = new LearnedConfig { Shape = [count], Width = channels, Interpolates = false },
    };

    /// <summary>Queries that are Fourier features of the cells of a grid.</summary>
    /// <param name="shape">Cells along each axis.</param>
    /// <param name="bands">Frequencies of each axis.</param>
    /// <param name="maxResolution">mu of each axis; null: as <paramref name="shape"/>.</param>
    /// <returns>The configuration.</returns>
    public static QueryConfig Fourier(IReadOnlyList<int> shape, int bands, IReadOnlyList<int>? maxResolution = null) => new()
    {
        Shape = shape,
        Positions = new FourierConfig { Bands = bands, MaxResolution = maxResolution ?? shape },
    };

    internal void Validate(string setting)
    {
        Require.That(Shape is { Count: >= 1 } && Shape.All(s => s >= 1), $"{setting}.{nameof(Shape)}", "1 or more for each axis",
            Shape is null ? null : string.Join(" x ", Shape));
        Require.That(Positions is not null, $"{setting}.{nameof(Positions)}", "a kind of query", null);
        Positions.Validate($"{setting}.{nameof(Positions)}");
        Require.That(Positions.Axes == Shape!.Count, $"{setting}.{nameof(Positions)}", $"of {Shape.Count} axes", Positions.Axes);
        Require.That(Positions is not LearnedConfig learned || learned.Shape.SequenceEqual(Shape), $"{setting}.{nameof(Positions)}",
            $"learned for {string.Join(" x ", Shape)} cells", Positions is LearnedConfig l ? string.Join(" x ", l.Shape) : null);
    }
}
