using Deep.Media;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Perceivers.Recipes;

// N pairs, H x W pixels

/// <summary>Training pairs with known flow: crops of pictures under random shifts, turns and zooms, each forward and reversed.</summary>
/// <remarks>
/// Perceiver IO trains on rendered scenes (AutoFlow) that are not public as such; its recipe, with a first phase without
/// augmentation and both directions of each pair, is kept. Pairs depend on seed, step and place alone. An epoch has a
/// motion for each picture. Safe for many readers.
/// </remarks>
public sealed class AffineFlowBatches : IBatchSource<FlowPairs>
{
    private const double DegreesToRadians = Math.PI / 180;
    private const double LargestView = 0.5;

    private readonly IReadOnlyList<Picture> _pictures;
    private readonly AffineFlowOptions _options;

    /// <summary>The batches of some pictures.</summary>
    /// <param name="pictures">One or more, of any size.</param>
    /// <param name="options">How pairs are made.</param>
    /// <exception cref="ConfigurationException">There is no picture, or an option is out of its range.</exception>
    public AffineFlowBatches(IReadOnlyList<Picture> pictures, AffineFlowOptions options)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (pictures.Count == 0)
        {
            throw new ConfigurationException("pictures", "one or more", "none");
        }

        (_pictures, _options) = ([.. pictures], options);
    }

    /// <inheritdoc/>
    public long StepsPerEpoch => ((2L * _pictures.Count) + _options.BatchSize - 1) / _options.BatchSize;

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">A part would not have both directions of each pair.</exception>
    public FlowPairs Read(long stepNumber, int part, int parts)
    {
        var (first, count) = BatchParts.Items(_options.BatchSize, stepNumber, part, parts);
        if (count % 2 != 0)
        {
            throw new ConfigurationException("micro-batches", $"a divisor of the {_options.BatchSize / 2} pairs and their reverses", parts);
        }

        var (height, width) = (_options.Height, _options.Width);
        var (frame, field) = (3 * height * width, 2 * height * width);
        var (firsts, seconds, flows) = (new float[count * frame], new float[count * frame], new float[count * field]);
        var isAugmented = _options.Augments && stepNumber >= _options.PlainSteps;
        for (var i = 0; i < count; i += 2)
        {
            var number = first + i;
            var random = new RandomState(_options.Seed, (ulong)number);
            var frames = Frames(random, isAugmented, out var motion);
            var one = firsts.AsSpan(i * frame, frame);
            var other = seconds.AsSpan(i * frame, frame);
            frames.WriteFirst(one);
            frames.WriteSecond(other);
            if (isAugmented)
            {
                FlowFrames.Expose(one, random);
                FlowFrames.Expose(other, random);
            }

            other.CopyTo(firsts.AsSpan((i + 1) * frame));
            one.CopyTo(seconds.AsSpan((i + 1) * frame));
            FlowFrames.WriteFlow(flows.AsSpan(i * field, field), motion, height, width);
            FlowFrames.WriteFlow(flows.AsSpan((i + 1) * field, field), motion.Reversed, height, width);
        }

        var device = _options.Device ?? CPU;
        return new FlowPairs(
            tensor(firsts, [count, 3, height, width], ScalarType.Float32, device),
            tensor(seconds, [count, 3, height, width], ScalarType.Float32, device),
            tensor(flows, [count, height, width, 2], ScalarType.Float32, device));
    }

    private FlowFrames Frames(RandomState random, bool isAugmented, out AffineMotion motion)
    {
        var (height, width) = (_options.Height, _options.Width);
        var picture = _pictures[random.NextInt32(_pictures.Count)];
        motion = AffineMotion.Of(
            width, height, Around(random, _options.Shift), Around(random, _options.Shift),
            Around(random, _options.Turn) * DegreesToRadians, Math.Pow(1 + _options.Zoom, Around(random, 1)));

        // Where the crop lies in the picture; under augmentation also how it is turned and sized there.
        var (x, y) = (random.NextDouble() * Math.Max(0, picture.Width - width), random.NextDouble() * Math.Max(0, picture.Height - height));
        var (turn, zoom) = isAugmented ? (Around(random, Math.PI), Math.Pow(1 + LargestView, Around(random, 1))) : (0, 1);
        return new FlowFrames(picture, motion, AffineMotion.Of(width, height, Math.Floor(x), Math.Floor(y), turn, zoom), height, width);
    }

    private static double Around(RandomState random, double most) => most * ((2 * random.NextDouble()) - 1);
}
