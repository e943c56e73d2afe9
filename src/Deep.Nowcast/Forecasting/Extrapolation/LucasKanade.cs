namespace Deep.Nowcast;

// T fields, h rows, w columns

/// <summary>The motion of rain, by tracking corners through the last fields.</summary>
/// <remarks>
/// Shi–Tomasi corners of each field in decibels are tracked into the next by pyramidal Lucas–Kanade; vectors of all pairs
/// together lose their outliers, are declustered and interpolated. Deterministic whatever the number of threads.
/// </remarks>
public static class LucasKanade
{
    // A level ends when a step is shorter: far below what a forecast of 20 steps can show.
    private const double Precision = 0.01;

    /// <summary>Estimates the motion.</summary>
    /// <param name="fields">T fields of rain in mm/h, the oldest first: each [h * w], row-major, NaN = no observation.</param>
    /// <param name="height">h.</param>
    /// <param name="width">w.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <returns>The displacement per step; zero everywhere where nothing can be tracked: no rain, no observation, less than
    /// two fields.</returns>
    /// <exception cref="ShapeException">A field does not have h * w values.</exception>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public static MotionField Estimate(
        IReadOnlyList<float[]> fields, int height, int width, LucasKanadeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(fields);
        options ??= new();
        options.Validate();
        if (fields.Any(field => field.Length != (long)height * width))
        {
            throw new ShapeException($"Motion needs fields of {height} x {width} values, but one has "
                + $"{fields.First(field => field.Length != (long)height * width).Length}.");
        }

        var vectors = Track(fields, height, width, options);
        vectors = SparseMotion.WithoutOutliers(vectors, options.OutlierDeviations, options.OutlierNeighbours);
        vectors = SparseMotion.Declustered(vectors, options.ClusterSize);
        return vectors.Length == 0
            ? MotionField.Zero(height, width)
            : InverseDistance.Interpolate(vectors, height, width, options.InterpolationNeighbours, options.InterpolationPower);
    }

    private static MotionVector[] Track(IReadOnlyList<float[]> fields, int height, int width, LucasKanadeOptions options)
    {
        var decibels = fields.Select(field => DecibelRain.From(field)).ToArray();
        var maximum = decibels.Max(field => field.Max(value => float.IsNaN(value) ? (float)DecibelRain.Dry : value));
        if (!(maximum > DecibelRain.Dry))
        {
            return [];
        }

        var images = decibels.Select(field => TrackingImage.Of(
            field, height, width, maximum, options.Levels, options.Window, options.RemoveSpecks)).ToArray();
        return [.. Enumerable.Range(0, images.Length - 1).SelectMany(t => Track(images[t], images[t + 1], options))];
    }

    private static IEnumerable<MotionVector> Track(TrackingImage from, TrackingImage to, LucasKanadeOptions options)
    {
        var corners = CornerFeatures.Find(from, options.Corners, options.Quality, options.CornerDistance);
        var tracker = new FeatureTracker(from, to, options.Window, options.Iterations, Precision);
        var found = new MotionVector?[corners.Count];
        Parallel.For(0, corners.Count, () => new FeatureTracker.Scratch(options.Window), (i, _, scratch) =>
        {
            var (column, row) = corners[i];
            found[i] = tracker.Track(column, row, scratch) is { } v ? new MotionVector(column, row, v.X, v.Y) : null;
            return scratch;
        }, _ => { });
        return found.OfType<MotionVector>();
    }
}
