using static TorchSharp.torch;

namespace Deep.Perceivers.Recipes;

/// <summary>How clouds are made from meshes.</summary>
public sealed record PointCloudOptions
{
    /// <summary>Points of a cloud, 1 to 1,000,000. Default 2,048, the paper's.</summary>
    public int Points { get; init; } = 2048;

    /// <summary>Clouds of a step, 1 to 1,000,000. Default 512, the paper's.</summary>
    public int BatchSize { get; init; } = 512;

    /// <summary>Whether each cloud is turned about the vertical by a random angle. Default true.</summary>
    public bool TurnsAboutVertical { get; init; } = true;

    /// <summary>Each point is scaled by 1 − spread to 1 + spread; 0 to below 1. Default 0.01, the paper's.</summary>
    public double Spread { get; init; } = 0.01;

    /// <summary>Which clouds. Another seed gives clouds that none of this one's is like.</summary>
    public ulong Seed { get; init; }

    /// <summary>Where batches are put, by default the CPU.</summary>
    public Device? Device { get; init; }

    internal void Validate()
    {
        BatchParts.Checked(BatchSize);
        Require(Points is >= 1 and <= 1_000_000, nameof(Points), "from 1 to 1000000", Points);
        Require(Spread is >= 0 and < 1, nameof(Spread), "from 0 to below 1", Spread);
    }

    private static void Require(bool holds, string setting, string expected, object found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"{nameof(PointCloudOptions)}.{setting}", expected, found);
        }
    }
}
