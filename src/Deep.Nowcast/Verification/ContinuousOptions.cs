namespace Deep.Nowcast;

/// <summary>Which cells continuous scores count, and how.</summary>
public sealed record ContinuousOptions
{
    /// <summary>All cells, each that has forecast and observation.</summary>
    public static ContinuousOptions Default { get; } = new();

    /// <summary>Which cells count. Default: all.</summary>
    public Conditioning Conditioning { get; init; }

    /// <summary>A cell is wet strictly above it, in the fields' unit. Default 0.</summary>
    public double Threshold { get; init; }

    /// <summary>
    /// Whether means and variances are taken of each field's own cells, also of those that the other field lacks, as
    /// pysteps does. Default: no, of the cells that both have.
    /// </summary>
    public bool OwnMoments { get; init; }
}
