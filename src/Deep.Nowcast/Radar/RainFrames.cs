namespace Deep.Nowcast;

// M members, T times, H rows, W columns

/// <summary>Fields of one grid at several times, of one or several members: what is written as one file.</summary>
/// <remarks>Immutable if its array is not changed; safe to share between threads.</remarks>
public sealed record RainFrames
{
    /// <summary>M x T x H x W values, row major, NaN where nothing was observed or is known.</summary>
    public required ReadOnlyMemory<float> Values { get; init; }

    /// <summary>H, W and the place on the map.</summary>
    public required RadarGrid Grid { get; init; }

    /// <summary>The T times, UTC, rising.</summary>
    public required IReadOnlyList<DateTimeOffset> Times { get; init; }

    /// <summary>M, at least 1.</summary>
    public int Members { get; init; } = 1;

    /// <summary>What the values are.</summary>
    public RadarUnit Unit { get; init; } = RadarUnit.RainRate;

    /// <summary>The interval that a value stands for, or null.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>When the forecast was made: time of its last observation; null for observations.</summary>
    public DateTimeOffset? Reference { get; init; }

    /// <summary>What made the values, for the file's <c>source</c> attribute.</summary>
    public string Source { get; init; } = "";

    /// <summary>One field.</summary>
    /// <param name="field">Observed or forecast.</param>
    public static RainFrames Of(RadarField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return new RainFrames
        {
            Values = field.Values,
            Grid = field.Grid,
            Times = [field.Time],
            Unit = field.Unit,
            Interval = field.Interval,
            Source = Path.GetFileName(field.Source),
        };
    }

    /// <summary>All frames of a sequence.</summary>
    /// <param name="sequence">Rain rates.</param>
    public static RainFrames Of(RadarSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        return new RainFrames
        {
            Values = sequence.Fields.SelectMany(field => field.Values).ToArray(),
            Grid = sequence.Grid,
            Times = [.. sequence.Fields.Select(field => field.Time)],
            Interval = sequence.Fields[0].Interval,
        };
    }

    /// <summary>All members and steps of a forecast.</summary>
    /// <param name="forecast">Rain rates; not disposed.</param>
    /// <param name="source">What made it.</param>
    public static RainFrames Of(NowcastEnsemble forecast, string source = "")
    {
        ArgumentNullException.ThrowIfNull(forecast);
        using var scope = TorchSharp.torch.NewDisposeScope();
        var rain = forecast.Rain.cpu().contiguous();
        return new RainFrames
        {
            Values = rain.data<float>().ToArray(),
            Grid = forecast.Grid,
            Times = [.. Enumerable.Range(1, forecast.Steps).Select(step => forecast.Start + (step * forecast.Cadence))],
            Members = forecast.Members,
            Interval = forecast.Cadence,
            Reference = forecast.Start,
            Source = source,
        };
    }

    /// <summary>One member at one time.</summary>
    /// <param name="member">From 0.</param>
    /// <param name="time">From 0.</param>
    public RadarField Field(int member, int time)
    {
        Require.That(member >= 0 && member < Members, nameof(member), $"0 to {Members - 1}", member);
        Require.That(time >= 0 && time < Times.Count, nameof(time), $"0 to {Times.Count - 1}", time);
        var cells = Grid.Height * Grid.Width;
        var values = Values.Slice(((member * Times.Count) + time) * cells, cells).ToArray();
        return new RadarField(values, Grid, Unit, Times[time], Interval, Source.Length > 0 ? Source : "memory");
    }

    /// <summary>Checks sizes and times.</summary>
    /// <exception cref="ShapeException">The values are not M x T x H x W.</exception>
    /// <exception cref="ConfigurationException">The grid makes no sense, or times do not rise.</exception>
    public void Validate()
    {
        Grid.Validate();
        Require.That(Members >= 1, "RainFrames.Members", "at least 1", Members);
        Require.That(Times.Count >= 1, "RainFrames.Times", "at least one", Times.Count);
        Require.That(
            Times.Zip(Times.Skip(1)).All(pair => pair.First < pair.Second), "RainFrames.Times", "rising", "not");
        var needed = (long)Members * Times.Count * Grid.Height * Grid.Width;
        if (Values.Length != needed)
        {
            throw new ShapeException(
                $"{Members} members at {Times.Count} times on {Grid.Height} x {Grid.Width} cells need {needed} values, "
                + $"but {Values.Length} came.");
        }
    }
}
