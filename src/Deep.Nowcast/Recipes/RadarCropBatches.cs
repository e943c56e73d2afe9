using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Nowcast.Recipes;

// B crops, T frames in, S lead times, H x W cells

/// <summary>Batches of crops, those with rain more often, as a function of the step.</summary>
/// <remarks>
/// The n-th crop of a run is the sampler's n-th of the seed, whatever was read before: a run that goes on reads on where it stopped.
/// Epochs mean little here; one is as many crops as there are places. Safe for many readers.
/// </remarks>
public sealed class RadarCropBatches : IBatchSource<RadarCrops>
{
    private readonly CropSampler _sampler;
    private readonly int _contextFrames;
    private readonly int _batch;
    private readonly long _seed;

    /// <summary>The batches of a sampler.</summary>
    /// <param name="sampler">Draws crops of T + S frames.</param>
    /// <param name="contextFrames">T, 1 or more, and fewer than the frames of a crop.</param>
    /// <param name="batch">B, 1 or more.</param>
    /// <param name="seed">Which crops.</param>
    /// <exception cref="ConfigurationException">A number is out of its range.</exception>
    public RadarCropBatches(CropSampler sampler, int contextFrames, int batch, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        Require.That(
            contextFrames >= 1 && contextFrames < sampler.Options.Frames, "RadarCropBatches.contextFrames",
            $"1 or more and below the {sampler.Options.Frames} frames of a crop", contextFrames);
        Require.That(batch is >= 1 and <= 1_000_000, "RadarCropBatches.batch", "from 1 to 1000000", batch);
        (_sampler, _contextFrames, _batch, _seed) = (sampler, contextFrames, batch, (long)(seed >> 1));
    }

    /// <inheritdoc/>
    public long StepsPerEpoch => Math.Max(1, _sampler.Places / _batch);

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">The batch cannot be divided into this number of parts.</exception>
    public RadarCrops Read(long stepNumber, int part, int parts)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stepNumber);
        Require.That(parts >= 1 && _batch % parts == 0, "micro-batches", $"a divisor of the batch of {_batch}", parts);
        var count = _batch / parts;
        var first = (stepNumber * _batch) + ((long)part * count);
        return Of([.. Enumerable.Range(0, count).Select(i => _sampler.Draw(_seed, first + i).Frames)], _contextFrames);
    }

    /// <summary>Sequences of one size as a batch.</summary>
    /// <param name="sequences">B sequences of T + S frames.</param>
    /// <param name="contextFrames">T.</param>
    /// <returns>A new batch; the caller disposes it.</returns>
    /// <exception cref="ShapeException">The sequences are of different sizes, or there is none.</exception>
    public static RadarCrops Of(IReadOnlyList<RadarSequence> sequences, int contextFrames)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        if (sequences.Count == 0 || sequences.Any(s => s.Count != sequences[0].Count || s.Grid.Height != sequences[0].Grid.Height
            || s.Grid.Width != sequences[0].Grid.Width) || sequences[0].Count <= contextFrames || contextFrames < 1)
        {
            throw new ShapeException($"A batch needs sequences of one size with more than {contextFrames} frames, but got {sequences.Count} that do not fit.");
        }

        var (frames, height, width) = (sequences[0].Count, sequences[0].Grid.Height, sequences[0].Grid.Width);
        var cells = height * width;
        var (context, target) = (new float[sequences.Count * contextFrames * cells], new float[sequences.Count * (frames - contextFrames) * cells]);
        for (var i = 0; i < sequences.Count; i++)
        {
            for (var t = 0; t < frames; t++)
            {
                var to = t < contextFrames
                    ? context.AsSpan(((i * contextFrames) + t) * cells, cells)
                    : target.AsSpan(((i * (frames - contextFrames)) + t - contextFrames) * cells, cells);
                sequences[i].Fields[t].Values.CopyTo(to);
            }
        }

        return new RadarCrops(
            tensor(context, [sequences.Count, contextFrames, 1, height, width]),
            tensor(target, [sequences.Count, frames - contextFrames, 1, height, width]));
    }
}
