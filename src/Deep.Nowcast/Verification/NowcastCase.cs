namespace Deep.Nowcast;

/// <summary>One forecast to verify: what was known, and what came.</summary>
/// <param name="Past">The fields up to the time of the forecast, the newest last.</param>
/// <param name="Future">The fields after it, as many as there are lead times or more.</param>
/// <param name="Weight">How often the case counts: 1 / q where it was drawn with probability q (spec of the paper's data), else 1.</param>
public sealed record NowcastCase(RadarSequence Past, RadarSequence Future, double Weight = 1)
{
    /// <summary>Time of the last known field, UTC.</summary>
    public DateTimeOffset Start => Past.End;

    /// <summary>Cuts an event into cases.</summary>
    /// <param name="events">A sequence without gaps.</param>
    /// <param name="context">Known fields of a case, 1 or more.</param>
    /// <param name="leads">Fields to forecast, 1 or more.</param>
    /// <param name="stride">Fields from the start of a case to that of the next.</param>
    /// <returns>The cases by time; none where the event is too short for one.</returns>
    /// <exception cref="ConfigurationException">A number is below 1.</exception>
    public static IEnumerable<NowcastCase> Of(RadarSequence events, int context = 4, int leads = 18, int stride = 4)
    {
        ArgumentNullException.ThrowIfNull(events);
        Require.That(context >= 1, nameof(context), "1 or more", context);
        Require.That(leads >= 1, nameof(leads), "1 or more", leads);
        Require.That(stride >= 1, nameof(stride), "1 or more", stride);
        return Enumerable.Range(0, Math.Max(0, events.Count - context - leads + stride) / stride)
            .Select(i => new NowcastCase(events.Slice(i * stride, context), events.Slice((i * stride) + context, leads)));
    }
}
