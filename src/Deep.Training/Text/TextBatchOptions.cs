using static TorchSharp.torch;

namespace Deep.Training;

/// <summary>The windows of a step.</summary>
public sealed record TextBatchOptions
{
    /// <summary>Positions of a window, 1 or more.</summary>
    public required int Context { get; init; }

    /// <summary>Windows of a step, 1 to 1,000,000.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Where the windows begin and in what order they come.</summary>
    public ulong Seed { get; init; }

    /// <summary>Where the batches are put, by default the CPU.</summary>
    public Device? Device { get; init; }

    internal void Validate()
    {
        if (Context < 1)
        {
            throw new ConfigurationException($"{nameof(TextBatchOptions)}.{nameof(Context)}", "1 or more", Context);
        }

        if (BatchSize is < 1 or > 1_000_000)
        {
            throw new ConfigurationException($"{nameof(TextBatchOptions)}.{nameof(BatchSize)}", "from 1 to 1000000", BatchSize);
        }
    }
}
