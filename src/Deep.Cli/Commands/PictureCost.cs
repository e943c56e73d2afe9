using Deep.NFNets;

namespace Deep.Cli.Commands;

/// <summary>What a network computes for one square picture.</summary>
/// <param name="Size">The picture's side in pixels.</param>
/// <param name="MultiplyAdds">
/// Multiply-adds as the papers' tables count them: resolutions are halved without rounding up.
/// </param>
internal sealed record PictureCost(int Size, double MultiplyAdds)
{
    /// <summary>The cost of a network at a size.</summary>
    public static PictureCost Of(NFNetConfig config, int size) =>
        new(size, NFNetCost.PublishedMultiplyAdds(config, size, size));
}
