using Deep.Training;

namespace Deep.Nowcast.Recipes;

/// <summary>A DGMR that two processor cores train in an hour: 128 x 128 cells of 2 km, twenty minutes to an hour ahead.</summary>
/// <remarks>
/// The same blocks as the paper's at an eighth of its width, with as many halving blocks in the discriminators as the small crops allow. An
/// hour is some thousand steps of the paper's 500,000: rates are higher, batches smaller and the average shorter. The crops of the events are
/// several times rainier than those of the paper's archive, and so is the regulariser, a mean over cells in mm/h: it weighs a twentieth.
/// </remarks>
public static class SmallNowcast
{
    /// <summary>Cells of a crop, down and across.</summary>
    public const int Side = 128;

    /// <summary>The networks.</summary>
    public static DgmrConfig Config { get; } = DgmrConfig.Paper with
    {
        Name = "dgmr-small",
        ForecastSteps = 12,
        ContextChannels = 48,
        LatentChannels = 96,
        NoiseChannels = 3,
        SpatialFrames = 6,
        DiscriminatorChannels = 16,
        SpatialBlocks = 3,
        TemporalBlocks = 1,
        BatchNormMomentum = 0.1,
    };

    /// <summary>The run.</summary>
    public static DgmrRecipe Recipe { get; } = new()
    {
        Batch = 2,
        Steps = 1200,
        Members = 2,
        MembersPerPass = 2,
        GeneratorRate = 4e-4,
        DiscriminatorRate = 4e-4,
        RegularizerWeight = 1,
        SharesBatch = false,
        Average = AverageDecay.TensorFlow1(0.99),
    };

    /// <summary>The crops.</summary>
    public static CropOptions Crops { get; } = new()
    {
        Frames = Config.ContextFrames + Config.ForecastSteps,
        Height = Side,
        Width = Side,
        Stride = 8,
        MinObserved = 0.9,
    };
}
