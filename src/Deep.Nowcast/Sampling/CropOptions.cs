namespace Deep.Nowcast;

/// <summary>Which crops of radar sequences may become examples.</summary>
/// <remarks>Immutable, safe to share between threads.</remarks>
public sealed record CropOptions
{
    /// <summary>Frames of an example: those that are given and those to forecast. The paper's 22, the default.</summary>
    public int Frames { get; init; } = 22;

    /// <summary>Rows of an example. The paper's 256, the default.</summary>
    public int Height { get; init; } = 256;

    /// <summary>Columns of an example. The paper's 256, the default.</summary>
    public int Width { get; init; } = 256;

    /// <summary>Cells between neighbouring places, down and across. Default 16: memory is one number a place.</summary>
    public int Stride { get; init; } = 16;

    /// <summary>Frames between neighbouring beginnings. Default 1.</summary>
    public int FrameStride { get; init; } = 1;

    /// <summary>
    /// Smallest share of observed cells, 0 to 1. Default 0.5 (the paper takes crops from wherever masked cells let it).
    /// </summary>
    public double MinObserved { get; init; } = 0.5;

    /// <summary>How probable crops with rain are; null: every crop is as probable as any other.</summary>
    public ImportanceSampling? Importance { get; init; } = new();

    /// <summary>Checks the options.</summary>
    /// <exception cref="ConfigurationException">One is out of its range.</exception>
    public void Validate()
    {
        Require.That(Frames >= 1, "CropOptions.Frames", "at least 1", Frames);
        Require.That(Height >= 1, "CropOptions.Height", "at least 1", Height);
        Require.That(Width >= 1, "CropOptions.Width", "at least 1", Width);
        Require.That(Stride >= 1, "CropOptions.Stride", "at least 1", Stride);
        Require.That(FrameStride >= 1, "CropOptions.FrameStride", "at least 1", FrameStride);
        Require.That(MinObserved is >= 0 and <= 1, "CropOptions.MinObserved", "0 to 1", MinObserved);
        Importance?.Validate();
    }
}
