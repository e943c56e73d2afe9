namespace Deep.Nowcast;

/// <summary>What to forecast.</summary>
public sealed record NowcastOptions
{
    /// <summary>Members of the ensemble, 1 to 1000. Default 1. Baselines without chance give equal members.</summary>
    public int Members { get; init; } = 1;

    /// <summary>Time steps, 1 to 1000, each as long as the cadence of the observations. Default 18 (the paper's).</summary>
    public int Steps { get; init; } = 18;

    /// <summary>The seed of chance: member m of one seed is the same however many members are asked for. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Standard deviation of a generator's noise z, 0 to 100. Default 1; the paper's recalibrated variant takes
    /// 2.</summary>
    public double ZScale { get; init; } = 1;

    /// <summary>
    /// Shape and rate of a Gamma variable of mean 1 that each member's input fields are multiplied by, 0 (none) to 1000.
    /// Default 0; the paper's recalibrated variant takes 5.
    /// </summary>
    public double FieldGamma { get; init; }

    /// <summary>The recalibrated variant of the paper (Nature 2021, Methods): z with standard deviation 2 and a Gamma(5, 5)
    /// factor on the input.</summary>
    public static NowcastOptions Recalibrated { get; } = new() { ZScale = 2, FieldGamma = 5 };

    /// <summary>Checks every option.</summary>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public void Validate()
    {
        Require.That(Members is >= 1 and <= 1000, "NowcastOptions.Members", "1 to 1000", Members);
        Require.That(Steps is >= 1 and <= 1000, "NowcastOptions.Steps", "1 to 1000", Steps);
        Require.That(ZScale is >= 0 and <= 100, "NowcastOptions.ZScale", "0 to 100", ZScale);
        Require.That(FieldGamma is >= 0 and <= 1000, "NowcastOptions.FieldGamma", "0 to 1000", FieldGamma);
    }
}
