namespace Deep.Perceivers;

/// <summary>A picture [B, H, W, C] or a video [B, T, H, W, C] from rows in the order of their grid.</summary>
public sealed record ImageOutputConfig : PostprocessorConfig
{
    /// <summary>How rows become pixels.</summary>
    public ImageOutputKind Kind { get; init; }

    /// <summary>The grid of the rows: [H, W] or [T, H, W].</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>Channels of a pixel, for the kinds with weights. Default 3.</summary>
    public int Outputs { get; init; } = 3;

    /// <summary>Fine pixels along height and width for each row. Default 1.</summary>
    public int SpatialUpsample { get; init; } = 1;

    /// <summary>Fine frames for each row. Default 1.</summary>
    public int TemporalUpsample { get; init; } = 1;

    internal override void Validate(string setting, PerceiverConfig config, int channels)
    {
        Require.That(Shape is { Count: 2 or 3 } && Shape.All(s => s >= 1), $"{setting}.{nameof(Shape)}", "[H, W] or [T, H, W]",
            Shape is null ? null : string.Join(" x ", Shape));
        Require.That(Outputs >= 1, $"{setting}.{nameof(Outputs)}", "1 or more", Outputs);
        var fits = Kind switch
        {
            ImageOutputKind.Pixels => SpatialUpsample == 1 && TemporalUpsample == 1,
            ImageOutputKind.Conv1x1 => SpatialUpsample >= 1 && TemporalUpsample == 1,
            ImageOutputKind.Patches => SpatialUpsample >= 1 && TemporalUpsample >= 1
                && channels % (SpatialUpsample * SpatialUpsample * (Shape!.Count == 3 ? TemporalUpsample : 1)) == 0,
            ImageOutputKind.Conv => TemporalUpsample == 1 ? SpatialUpsample == 4
                : Shape!.Count == 3 && int.IsPow2(TemporalUpsample) && int.IsPow2(SpatialUpsample),
            _ => SpatialUpsample >= 1 && TemporalUpsample == 1,
        };
        Require.That(fits, $"{setting}.{nameof(SpatialUpsample)}", $"what {Kind} can do",
            $"{SpatialUpsample} in space and {TemporalUpsample} in time, from {channels} channels of {string.Join(" x ", Shape!)} rows");
    }
}
