namespace Deep.Perceivers;

/// <summary>What a <see cref="PointCloudClassifier"/> loads and how it computes.</summary>
public sealed class PointCloudClassifierOptions : PerceiverOptions
{
    /// <summary>Classes that are returned where a call does not say how many, 1 or more. Default 5.</summary>
    public int Top { get; set; } = 5;

    /// <summary>
    /// Points that the network sees of each cloud, 1 to 1,048,576: a larger cloud is thinned out, a smaller one repeats
    /// points. Default 2048, as in the paper.
    /// </summary>
    public int Points { get; set; } = 2048;

    /// <summary>Clouds that are computed at once, 1 to 1024: more are computed in turn. Default 8.</summary>
    public int BatchSize { get; set; } = 8;

    /// <summary>
    /// Labels of the classes, in order; null: of <see cref="LabelsFile"/>, else of the checkpoint, else their indices.
    /// </summary>
    public IReadOnlyList<string>? Labels { get; set; }

    /// <summary>A text file with one label a line; null, the default: none.</summary>
    public string? LabelsFile { get; set; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Check(Top >= 1, "1 or more", Top);
        Check(Points is >= 1 and <= 1 << 20, "1 to 1048576", Points);
        Check(BatchSize is >= 1 and <= 1024, "1 to 1024", BatchSize);
    }
}
