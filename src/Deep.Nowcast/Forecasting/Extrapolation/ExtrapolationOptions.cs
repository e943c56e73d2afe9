namespace Deep.Nowcast;

/// <summary>How <see cref="Extrapolation"/> forecasts.</summary>
public sealed record ExtrapolationOptions
{
    /// <summary>The last fields that motion is estimated from, 2 to 20. Default 3; with less in the input, what is
    /// there.</summary>
    public int Fields { get; init; } = 3;

    /// <summary>How motion is found.</summary>
    public LucasKanadeOptions Motion { get; init; } = new();

    /// <summary>Inner iterations of the midpoint rule, 0 to 100. Default 1.</summary>
    public int Iterations { get; init; } = 1;

    /// <summary>mm/h where rain would come from outside the grid; NaN, the default: not known.</summary>
    public float Outside { get; init; } = float.NaN;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public void Validate()
    {
        Require.That(Fields is >= 2 and <= 20, "ExtrapolationOptions.Fields", "2 to 20", Fields);
        Require.That(Iterations is >= 0 and <= 100, "ExtrapolationOptions.Iterations", "0 to 100", Iterations);
        Require.That(float.IsNaN(Outside) || (Outside >= 0 && float.IsFinite(Outside)), "ExtrapolationOptions.Outside",
            "0 or more, or NaN", Outside);
        Motion.Validate();
    }
}
