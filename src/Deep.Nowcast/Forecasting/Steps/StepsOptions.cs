namespace Deep.Nowcast;

/// <summary>How <see cref="StepsEnsemble"/> forecasts.</summary>
public sealed record StepsOptions
{
    /// <summary>Levels of the cascade, 1 to 16. Default 8; less where the grid is too small for them.</summary>
    public int Levels { get; init; } = 8;

    /// <summary>The last fields that motion is estimated from, 3 to 20. Default 3; with less in the input, what is
    /// there.</summary>
    public int Fields { get; init; } = 3;

    /// <summary>How motion is found.</summary>
    public LucasKanadeOptions Motion { get; init; } = new();

    /// <summary>Standard deviation in km/h of each member's own change of the motion, along and across it, 0 (none) to 200.
    /// Default 10.</summary>
    public double MotionDeviation { get; init; } = 10;

    /// <summary>
    /// Factor of the noise, 0 to 10. Above 1 makes up for what the mask and the matching of distributions take away from it.
    /// Default 1.2.
    /// </summary>
    public double NoiseScale { get; init; } = 1.2;

    /// <summary>How the members' distribution of rain is kept. Default <see cref="ProbabilityMatching.Distribution"/>.</summary>
    public ProbabilityMatching Matching { get; init; } = ProbabilityMatching.Distribution;

    /// <summary>Whether new rain appears only near rain. Default true.</summary>
    public bool RainMask { get; init; } = true;

    /// <summary>Cells around rain over which the mask fades, 0 to 1000. Default 10.</summary>
    public int MaskRim { get; init; } = 10;

    /// <summary>mm/h where rain would come from outside the grid; NaN, the default: not known.</summary>
    public float Outside { get; init; } = float.NaN;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public void Validate()
    {
        Require.That(Levels is >= 1 and <= 16, "StepsOptions.Levels", "1 to 16", Levels);
        Require.That(Fields is >= 3 and <= 20, "StepsOptions.Fields", "3 to 20", Fields);
        Require.That(MotionDeviation is >= 0 and <= 200, "StepsOptions.MotionDeviation", "0 to 200 km/h", MotionDeviation);
        Require.That(NoiseScale is >= 0 and <= 10, "StepsOptions.NoiseScale", "0 to 10", NoiseScale);
        Require.That(Enum.IsDefined(Matching), "StepsOptions.Matching", "one of the named values", Matching);
        Require.That(MaskRim is >= 0 and <= 1000, "StepsOptions.MaskRim", "0 to 1000 cells", MaskRim);
        Require.That(float.IsNaN(Outside) || (Outside >= 0 && float.IsFinite(Outside)), "StepsOptions.Outside",
            "0 or more, or NaN", Outside);
        Motion.Validate();
    }
}
