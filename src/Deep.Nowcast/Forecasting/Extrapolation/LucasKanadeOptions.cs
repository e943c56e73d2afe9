namespace Deep.Nowcast;

/// <summary>How motion is found by <see cref="LucasKanade"/>.</summary>
public sealed record LucasKanadeOptions
{
    /// <summary>Corners per field at most, 1 to 100,000. Default 1000.</summary>
    public int Corners { get; init; } = 1000;

    /// <summary>The weakest corner's strength as a part of the strongest's, (0, 1). Default 0.01.</summary>
    public double Quality { get; init; } = 0.01;

    /// <summary>Pixels between two corners at least, 1 to 1000. Default 10.</summary>
    public int CornerDistance { get; init; } = 10;

    /// <summary>The side of the tracked windows in pixels, a multiple of 16 from 16 to 128. Default 48.</summary>
    public int Window { get; init; } = 48;

    /// <summary>Levels of the pyramid, each half as large, 1 to 8. Default 4.</summary>
    public int Levels { get; init; } = 4;

    /// <summary>Steps of the solution at each level at most, 1 to 100. Default 10.</summary>
    public int Iterations { get; init; } = 10;

    /// <summary>Whether echoes narrower than three pixels, such as clutter, are removed before. Default true.</summary>
    public bool RemoveSpecks { get; init; } = true;

    /// <summary>Standard deviations from the neighbours' mean at which a vector is an outlier, above 0. Default 3.</summary>
    public double OutlierDeviations { get; init; } = 3;

    /// <summary>Neighbours that a vector is compared with, 2 to 1000. Default 30.</summary>
    public int OutlierNeighbours { get; init; } = 30;

    /// <summary>The side in pixels of squares whose vectors become one, 1 (none) to 1000. Default 10.</summary>
    public int ClusterSize { get; init; } = 10;

    /// <summary>Vectors that a pixel's motion is interpolated from, 1 to 10,000. Default 40.</summary>
    public int InterpolationNeighbours { get; init; } = 40;

    /// <summary>The power of the distance in the weights of interpolation, above 0 to 8. Default 1.</summary>
    public double InterpolationPower { get; init; } = 1;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public void Validate()
    {
        Require.That(Corners is >= 1 and <= 100_000, "LucasKanadeOptions.Corners", "1 to 100000", Corners);
        Require.That(Quality is > 0 and < 1, "LucasKanadeOptions.Quality", "between 0 and 1", Quality);
        Require.That(CornerDistance is >= 1 and <= 1000, "LucasKanadeOptions.CornerDistance", "1 to 1000 pixels", CornerDistance);
        Require.That(Window is >= 16 and <= 128 && Window % 16 == 0, "LucasKanadeOptions.Window", "a multiple of 16 from 16 to 128", Window);
        Require.That(Levels is >= 1 and <= 8, "LucasKanadeOptions.Levels", "1 to 8", Levels);
        Require.That(Iterations is >= 1 and <= 100, "LucasKanadeOptions.Iterations", "1 to 100", Iterations);
        Require.That(OutlierDeviations > 0, "LucasKanadeOptions.OutlierDeviations", "above 0", OutlierDeviations);
        Require.That(OutlierNeighbours is >= 2 and <= 1000, "LucasKanadeOptions.OutlierNeighbours", "2 to 1000", OutlierNeighbours);
        Require.That(ClusterSize is >= 1 and <= 1000, "LucasKanadeOptions.ClusterSize", "1 to 1000 pixels", ClusterSize);
        Require.That(InterpolationNeighbours is >= 1 and <= 10_000, "LucasKanadeOptions.InterpolationNeighbours",
            "1 to 10000", InterpolationNeighbours);
        Require.That(InterpolationPower is > 0 and <= 8, "LucasKanadeOptions.InterpolationPower", "above 0 to 8", InterpolationPower);
    }
}
