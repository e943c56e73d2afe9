using static TorchSharp.torch;

namespace Deep.Nowcast;

/// <summary>What the discriminators see of a batch: which frames, and where the crop is.</summary>
/// <remarks>Drawn by <see cref="Draw"/>, or given: the same view gives the same scores.</remarks>
/// <param name="Frames">The frames of the spatial discriminator, for each sample; one list alone is for all samples.</param>
/// <param name="Top">The first row of the temporal discriminator's crop; not used where it averages.</param>
/// <param name="Left">The first column of that crop.</param>
public sealed record DiscriminatorView(IReadOnlyList<IReadOnlyList<int>> Frames, int Top = 0, int Left = 0)
{
    /// <summary>Draws a view.</summary>
    /// <param name="config">How frames are chosen, and how many.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="frames">Frames of a sample, those of the context first.</param>
    /// <param name="height">Rows of a frame.</param>
    /// <param name="width">Columns of a frame.</param>
    /// <param name="generator">Where the numbers come from; null: torch's own.</param>
    /// <returns>The view.</returns>
    /// <exception cref="ShapeException">There are fewer lead times than frames to choose, or no frames.</exception>
    public static DiscriminatorView Draw(DgmrConfig config, long batch, long frames, long height, long width, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        var leads = frames - config.ContextFrames;
        var withoutReplacement = config.Frames == FrameChoice.LeadTimesWithoutReplacement;
        if (batch < 1 || frames < 1 || (withoutReplacement && leads < config.SpatialFrames))
        {
            throw new ShapeException($"{config.SpatialFrames} frames cannot be chosen from {batch} samples of {frames} frames, {config.ContextFrames} of them context.");
        }

        using var scope = NewDisposeScope();
        IReadOnlyList<IReadOnlyList<int>> chosen = withoutReplacement
            ? [.. Enumerable.Range(0, checked((int)batch)).Select(_ => Choose(randperm(leads, ScalarType.Int64, CPU, generator: generator), config))]
            : [Numbers(randint(frames, [config.SpatialFrames], ScalarType.Int64, CPU, generator: generator), 0)];
        var (top, left) = config.Temporal == TemporalView.RandomCrop
            ? (Offset(height, generator), Offset(width, generator))
            : (0, 0);
        return new(chosen, top, left);
    }

    private static IReadOnlyList<int> Choose(Tensor permutation, DgmrConfig config) =>
        Numbers(permutation.narrow(0, 0, config.SpatialFrames), config.ContextFrames);

    private static IReadOnlyList<int> Numbers(Tensor values, int offset) => [.. values.data<long>().ToArray().Select(value => (int)value + offset)];

    // Uniform in [0, half of the side), as DeepMind's pseudocode.
    private static int Offset(long side, Generator? generator)
    {
        using var scope = NewDisposeScope();
        return side < 2 ? 0 : (int)randint(side / 2, [1], ScalarType.Int64, CPU, generator: generator).item<long>();
    }
}
