namespace Deep.Nowcast;

/// <summary>What all forecasters ask of their input, and how they hand out their result.</summary>
internal static class ForecastInput
{
    /// <summary>Checks input and options.</summary>
    /// <param name="name">The forecaster's name, for errors.</param>
    /// <param name="past">The observations.</param>
    /// <param name="fields">How many it needs at least.</param>
    /// <param name="options">The options, or null for the defaults.</param>
    /// <returns>The options.</returns>
    public static NowcastOptions Check(string name, RadarSequence past, int fields, NowcastOptions? options)
    {
        ArgumentNullException.ThrowIfNull(past);
        options ??= new();
        options.Validate();
        if (past.Count < fields)
        {
            throw new ShapeException($"{name} needs the last {fields} radar fields, but {past.Count} came.");
        }

        Require.That(past.Cadence > TimeSpan.Zero, "RadarSequence.Cadence", "above 0, or known from two fields or more",
            past.Cadence);
        Require.That((double)options.Members * options.Steps * past.Grid.Height * past.Grid.Width <= Array.MaxLength,
            "NowcastOptions.Members", "so many that the forecast has less than 2^31 values", options.Members);
        return options;
    }

    /// <summary>A forecast whose members are all the same.</summary>
    public static NowcastEnsemble Repeat(IReadOnlyList<float[]> steps, int members, RadarSequence past)
    {
        var cells = steps[0].Length;
        var values = new float[members * steps.Count * cells];
        for (var i = 0; i < members * steps.Count; i++)
        {
            steps[i % steps.Count].CopyTo(values, (long)i * cells);
        }

        return new(values, members, past.Grid, past.End, past.Cadence);
    }
}
