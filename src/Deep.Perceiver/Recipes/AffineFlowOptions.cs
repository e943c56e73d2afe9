using static TorchSharp.torch;

namespace Deep.Perceivers.Recipes;

/// <summary>How pairs of frames with known flow are made from pictures.</summary>
public sealed record AffineFlowOptions
{
    /// <summary>Height of a frame in pixels, 4 to 4,096. Default 64.</summary>
    public int Height { get; init; } = 64;

    /// <summary>Width of a frame in pixels, 4 to 4,096. Default 96.</summary>
    public int Width { get; init; } = 96;

    /// <summary>Pairs of a step, an even number from 2: each motion forward and reversed. Default 8.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>The largest shift in each direction in pixels, 0 or more. Default 8.</summary>
    public double Shift { get; init; } = 8;

    /// <summary>The largest turn in degrees, 0 to 90. Default 8.</summary>
    public double Turn { get; init; } = 8;

    /// <summary>The largest change of size: 1 / (1 + zoom) to 1 + zoom, 0 to 1. Default 0.1.</summary>
    public double Zoom { get; init; } = 0.1;

    /// <summary>Steps without augmentation at the start, 0 or more; the paper's model does not begin to learn under it. Default 0.</summary>
    public long PlainSteps { get; init; }

    /// <summary>Whether both frames are then turned and sized alike, and each has brightness, contrast, colours and noise of its own. Default true.</summary>
    public bool Augments { get; init; } = true;

    /// <summary>Which pairs.</summary>
    public ulong Seed { get; init; }

    /// <summary>Where batches are put, by default the CPU.</summary>
    public Device? Device { get; init; }

    internal void Validate()
    {
        BatchParts.Checked(BatchSize);
        Require(BatchSize % 2 == 0, nameof(BatchSize), "an even number", BatchSize);
        Require(Height is >= 4 and <= 4096, nameof(Height), "from 4 to 4096", Height);
        Require(Width is >= 4 and <= 4096, nameof(Width), "from 4 to 4096", Width);
        Require(Shift >= 0 && double.IsFinite(Shift), nameof(Shift), "a finite number of 0 or more", Shift);
        Require(Turn is >= 0 and <= 90, nameof(Turn), "from 0 to 90", Turn);
        Require(Zoom is >= 0 and <= 1, nameof(Zoom), "from 0 to 1", Zoom);
        Require(PlainSteps >= 0, nameof(PlainSteps), "0 or more", PlainSteps);
    }

    private static void Require(bool holds, string setting, string expected, object found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"{nameof(AffineFlowOptions)}.{setting}", expected, found);
        }
    }
}
