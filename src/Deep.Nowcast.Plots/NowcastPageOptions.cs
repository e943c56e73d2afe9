namespace Deep.Nowcast.Plots;

/// <summary>What a page of a verification shows.</summary>
public sealed record NowcastPageOptions
{
    /// <summary>The heading. Default "Nowcast verification".</summary>
    public string Title { get; init; } = "Nowcast verification";

    /// <summary>A sentence below it, such as where the data comes from and its licence; null: none.</summary>
    public string? Remark { get; init; }

    /// <summary>The model that the others are compared with; null: extrapolation, else persistence, else the last.</summary>
    public string? Reference { get; init; }

    /// <summary>How differences are resampled; null: hours, 2000 draws.</summary>
    public ResamplingOptions? Resampling { get; init; }
}
