using Deep.Media;

namespace Deep.Perceivers;

/// <summary>What a <see cref="PerceiverImageClassifier"/> loads and how it computes.</summary>
public sealed class PerceiverImageClassifierOptions : PerceiverOptions
{
    /// <summary>Classes that are returned where a call does not say how many, 1 or more. Default 5.</summary>
    public int Top { get; set; } = 5;

    /// <summary>Side of the square input in pixels, 1 to 4096; null, the default: what the network was made for.</summary>
    public int? Size { get; set; }

    /// <summary>Pictures that are computed at once, 1 to 1024: more are computed in turn. Default 4.</summary>
    public int BatchSize { get; set; } = 4;

    /// <summary>
    /// Labels of the classes, in order; null: of <see cref="LabelsFile"/>, else of the checkpoint, else their indices.
    /// </summary>
    public IReadOnlyList<string>? Labels { get; set; }

    /// <summary>A text file with one label a line; null, the default: none.</summary>
    public string? LabelsFile { get; set; }

    /// <summary>What a picture may cost.</summary>
    public MediaLimits Limits { get; set; } = MediaLimits.Default;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Check(Top >= 1, "1 or more", Top);
        Check(Size is null or (>= 1 and <= 4096), "1 to 4096, or null", Size);
        Check(BatchSize is >= 1 and <= 1024, "1 to 1024", BatchSize);
        Check(Limits is not null, "limits", Limits);
        Limits!.Validate();
    }
}
