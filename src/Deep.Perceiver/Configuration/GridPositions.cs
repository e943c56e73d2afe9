namespace Deep.Perceivers;

/// <summary>Where n cells of an axis lie between -1 and 1.</summary>
/// <remarks>
/// The public implementations place a query differently when all of a grid is decoded and when a part is. Here a
/// configuration chooses one, so that decoding in parts and decoding as a whole agree.
/// </remarks>
public enum GridPositions
{
    /// <summary>-1 + 2 i / (n - 1): from border to border. Inputs always have it.</summary>
    Inclusive,

    /// <summary>-1 + 2 i / n: never 1. Queries of networks that were trained on subsampled outputs (multimodal).</summary>
    HalfOpen,
}
