namespace Deep.Nowcast;

/// <summary>Sums over every example of a sequence, by summed-area tables of its frames.</summary>
internal sealed class PlaceSums(RadarSequence sequence, CropOptions options)
{
    private readonly PlaceLayout _layout = new(sequence, options);

    /// <summary>Two sums of each place, in the layout's order.</summary>
    /// <param name="first">What a cell adds to the first.</param>
    /// <param name="second">What a cell adds to the second.</param>
    public IEnumerable<(double First, double Second)> Over(Func<float, double> first, Func<float, double> second)
    {
        if (_layout.Starts == 0 || _layout.Rows == 0 || _layout.Columns == 0)
        {
            yield break;
        }

        var frames = new (double[] First, double[] Second)?[sequence.Count];
        for (var start = 0; start < _layout.Starts; start++)
        {
            var from = start * options.FrameStride;
            for (var t = from; t < from + options.Frames; t++)
            {
                frames[t] ??= (OfFrame(sequence.Fields[t], first), OfFrame(sequence.Fields[t], second));
            }

            for (var place = 0; place < _layout.Rows * _layout.Columns; place++)
            {
                var (a, b) = (0.0, 0.0);
                for (var t = from; t < from + options.Frames; t++)
                {
                    a += frames[t]!.Value.First[place];
                    b += frames[t]!.Value.Second[place];
                }

                yield return (a, b);
            }
        }
    }

    /// <summary>The sum of one frame at every place.</summary>
    private double[] OfFrame(RadarField field, Func<float, double> count)
    {
        var (height, width) = (field.Height, field.Width);
        var area = new double[(height + 1) * (width + 1)];
        for (var row = 0; row < height; row++)
        {
            var inRow = 0.0;
            for (var column = 0; column < width; column++)
            {
                inRow += count(field.Values[(row * width) + column]);
                area[((row + 1) * (width + 1)) + column + 1] = area[(row * (width + 1)) + column + 1] + inRow;
            }
        }

        var sums = new double[_layout.Rows * _layout.Columns];
        for (var place = 0; place < sums.Length; place++)
        {
            var top = place / _layout.Columns * options.Stride;
            var left = place % _layout.Columns * options.Stride;
            var (upper, lower) = (top * (width + 1), (top + options.Height) * (width + 1));
            sums[place] = area[lower + left + options.Width] - area[lower + left]
                - area[upper + left + options.Width] + area[upper + left];
        }

        return sums;
    }
}
