namespace Deep.Nowcast;

/// <summary>Draws examples from radar sequences, those with rain more often (DGMR, Methods, "Datasets").</summary>
/// <remarks>
/// The paper looks at random crops and accepts each with its probability q; here all places are known beforehand and one
/// is drawn with a probability in proportion to q, which is the same distribution without rejections. The n-th example of
/// a seed is a pure function of both: nothing has to be stored to resume. Sequences are asked for again at every draw, so
/// a list that reads them when asked keeps little in memory. Immutable, safe for concurrent draws if the list is.
/// </remarks>
public sealed class CropSampler
{
    private readonly IReadOnlyList<RadarSequence> _sequences;
    private readonly List<PlaceTable> _tables = [];
    private readonly double[] _probabilities;
    private readonly double[] _cumulative;
    private readonly long[] _first;

    /// <summary>Looks at all places of all sequences.</summary>
    /// <param name="sequences">Rain rates; sequences shorter or smaller than an example are passed over.</param>
    /// <param name="options">Size of an example and what is drawn.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, or no place fits.</exception>
    public CropSampler(IReadOnlyList<RadarSequence> sequences, CropOptions options)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_sequences, Options) = (sequences, options);
        var probabilities = new List<double>();
        _first = new long[sequences.Count];
        for (var i = 0; i < sequences.Count; i++)
        {
            var table = new PlaceTable(sequences[i], options);
            _first[i] = probabilities.Count;
            _tables.Add(table);
            probabilities.AddRange(table.Probabilities);
        }

        _probabilities = [.. probabilities];
        _cumulative = new double[_probabilities.Length];
        var total = 0.0;
        for (var i = 0; i < _cumulative.Length; i++)
        {
            _cumulative[i] = total += _probabilities[i];
        }

        Require.That(
            total > 0, "CropOptions",
            "a size that fits at least one place with enough observed cells in the sequences",
            $"{options.Frames} frames of {options.Height} x {options.Width} cells");
    }

    /// <summary>The options.</summary>
    public CropOptions Options { get; }

    /// <summary>How many places can be drawn.</summary>
    public long Places => _probabilities.LongCount(q => q > 0);

    /// <summary>The n-th example of a seed.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="index">n, from 0.</param>
    public RadarCrop Draw(long seed, long index)
    {
        var point = Unit(seed, index) * _cumulative[^1];
        var place = Array.BinarySearch(_cumulative, point);
        place = place < 0 ? ~place : place + 1;

        // Rounding may point behind the last place, or at one without a probability.
        place = Math.Min(place, _cumulative.Length - 1);
        while (_probabilities[place] <= 0)
        {
            place--;
        }

        return At(place);
    }

    /// <summary>All places with a probability, by sequence, beginning, row and column, without rain being preferred.</summary>
    public IEnumerable<RadarCrop> All() =>
        Enumerable.Range(0, _cumulative.Length).Where(place => _probabilities[place] > 0).Select(At);

    /// <summary>The share of observed cells at or above a rain rate in the examples, as expected of many draws.</summary>
    /// <param name="mmPerHour">The rate.</param>
    /// <param name="importance">Whether as drawn, or as if every place were as probable.</param>
    /// <returns>0 to 1.</returns>
    public double ShareAbove(double mmPerHour, bool importance = true)
    {
        var (above, observed) = (0.0, 0.0);
        for (var i = 0; i < _sequences.Count; i++)
        {
            var table = _tables[i];
            var counts = new PlaceSums(_sequences[i], Options);
            foreach (var (place, (heavy, seen)) in counts.Over(
                value => value >= mmPerHour ? 1 : 0, value => float.IsNaN(value) ? 0 : 1).Index())
            {
                var weight = table.Probabilities[place] is var q && q > 0 ? (importance ? q : 1) : 0;
                (above, observed) = (above + (weight * heavy), observed + (weight * seen));
            }
        }

        return observed > 0 ? above / observed : 0;
    }

    private RadarCrop At(int place)
    {
        // Sequences without places begin where the next one does.
        var sequence = Array.FindLastIndex(_first, first => first <= place);
        var (start, top, left) = _tables[sequence].Layout.At((int)(place - _first[sequence]));
        var frames = _sequences[sequence].Slice(start, Options.Frames).Crop(top, left, Options.Height, Options.Width);
        return new RadarCrop(sequence, start, top, left, _probabilities[place], frames);
    }

    /// <summary>A number from 0 to less than 1: a hash of seed and index (SplitMix64).</summary>
    private static double Unit(long seed, long index)
    {
        var mixed = Mixed(unchecked((ulong)seed * 0x9E3779B97F4A7C15UL) ^ Mixed(unchecked((ulong)index)));
        return (mixed >> 11) * (1.0 / (1UL << 53));
    }

    private static ulong Mixed(ulong z)
    {
        unchecked
        {
            z += 0x9E3779B97F4A7C15UL;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }
}
