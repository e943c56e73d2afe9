using Deep.Nowcast.Recipes;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Nowcast.Tests.Recipes;

/// <summary>The smallest DGMR that trains, on moving rain of 32 x 32 cells.</summary>
internal static class SmallDgmr
{
    public const int Side = 32;

    public static DgmrConfig Config { get; } = DgmrConfig.Paper with
    {
        Name = "small",
        ContextFrames = 2,
        ForecastSteps = 4,
        ContextChannels = 16,
        LatentChannels = 32,
        NoiseChannels = 1,
        SpatialFrames = 2,
        DiscriminatorChannels = 4,
        SpatialBlocks = 0,
        TemporalBlocks = 0,
    };

    public static DgmrRecipe Recipe { get; } = new()
    {
        Batch = 2,
        Steps = 6,
        Members = 2,
        MembersPerPass = 2,
        GeneratorRate = 1e-3,
        DiscriminatorRate = 4e-3,
        Average = AverageDecay.Fixed(0.5),
    };

    public static (Dgmr Generator, DgmrDiscriminator Discriminator) Networks()
    {
        manual_seed(3).Dispose();
        return (new Dgmr(Config), new DgmrDiscriminator(Config));
    }

    /// <summary>A shower that moves to the east, beside a strip that is not observed.</summary>
    public static RadarSequence Rain(int frames = 12)
    {
        using var scope = NewDisposeScope();
        var values = new float[frames * 40 * 48];
        for (var i = 0; i < values.Length; i++)
        {
            var (t, row, column) = (i / (40 * 48), i / 48 % 40, i % 48);
            var distance = Math.Sqrt(Math.Pow(row - 18, 2) + Math.Pow(column - 10 - (1.5 * t), 2));
            values[i] = column >= 46 ? float.NaN : (float)Math.Max(0, 12 - (1.5 * distance));
        }

        return RadarSequence.FromTensor(tensor(values, [frames, 40, 48]));
    }

    public static RadarCropBatches Batches(int batch = 2) => new(
        new CropSampler([Rain()], new CropOptions { Frames = 6, Height = Side, Width = Side, Stride = 4 }), 2, batch, seed: 7);
}
