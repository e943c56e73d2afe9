namespace Deep.Nowcast;

/// <summary>The probability of every example of a sequence; 0 where too little was observed.</summary>
internal sealed class PlaceTable
{
    public PlaceTable(RadarSequence sequence, CropOptions options)
    {
        Layout = new PlaceLayout(sequence, options);
        var cells = (long)options.Frames * options.Height * options.Width;
        var importance = options.Importance;
        Probabilities =
        [
            .. new PlaceSums(sequence, options)
                .Over(value => importance?.Saturated(value) ?? 0, value => float.IsNaN(value) ? 0 : 1)
                .Select(sums => sums.Second < options.MinObserved * cells || sums.Second == 0 ? 0
                    : importance?.OfSum(Math.Max(0, sums.First), cells) ?? 1),
        ];
    }

    /// <summary>Where the places lie.</summary>
    public PlaceLayout Layout { get; }

    /// <summary>q of each place.</summary>
    public IReadOnlyList<double> Probabilities { get; }
}
