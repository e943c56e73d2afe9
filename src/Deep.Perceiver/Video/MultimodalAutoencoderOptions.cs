namespace Deep.Perceivers;

/// <summary>What a <see cref="MultimodalAutoencoder"/> loads and how it computes.</summary>
public sealed class MultimodalAutoencoderOptions : PerceiverOptions
{
    /// <summary>Outputs that are decoded at once, 1 to 16,777,216: more take more memory. Default 65,536.</summary>
    public int ChunkSize { get; set; } = 65_536;

    /// <summary>Labels that are returned, 1 or more. Default 5.</summary>
    public int Top { get; set; } = 5;

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
        Check(ChunkSize is >= 1 and <= 1 << 24, "1 to 16777216", ChunkSize);
        Check(Top >= 1, "1 or more", Top);
    }
}
