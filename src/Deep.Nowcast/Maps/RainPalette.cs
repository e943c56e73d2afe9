namespace Deep.Nowcast;

/// <summary>Colours of rain rates or of probabilities: steps, each from its lower bound on.</summary>
/// <remarks>Immutable, safe to share between threads.</remarks>
public sealed record RainPalette
{
    /// <summary>
    /// Rain rates from 0.1 to 64 mm/h: blues to yellow, red and violet, of rising darkness so that they keep their order in
    /// grey; 4 mm/h, heavy rain in the paper's scores, is where blue ends.
    /// </summary>
    public static RainPalette RainRate { get; } = new()
    {
        Unit = "mm/h",
        Bounds = [0.1, 0.5, 1, 2, 4, 8, 16, 32, 64],
        Colours = [0xC6E2F5, 0x8FC3EA, 0x4F9BD9, 0x2166AC, 0xF7D038, 0xF2962A, 0xE0422B, 0xA01546, 0x5B1A6E],
    };

    /// <summary>Probabilities from 5 % to 90 %.</summary>
    public static RainPalette Probability { get; } = new()
    {
        Unit = "%",
        Scale = 100,
        Bounds = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9],
        Colours = [0xE5F0E0, 0xC6E3B8, 0x9BD08C, 0x5FB57A, 0x2A9D8F, 0x237F9C, 0x2A5CA0, 0x35388F, 0x3A1470],
    };

    /// <summary>Colour of cells below the first bound, 0xRRGGBB.</summary>
    public int Dry { get; init; } = 0xFFFFFF;

    /// <summary>Colour of cells without observation, between the lines of their hatching, 0xRRGGBB.</summary>
    public int Missing { get; init; } = 0xD9DCE1;

    /// <summary>Colour of the hatching, 0xRRGGBB.</summary>
    public int Hatching { get; init; } = 0xB4B9C2;

    /// <summary>Lower bounds, rising.</summary>
    public required IReadOnlyList<double> Bounds { get; init; }

    /// <summary>A colour for each bound, 0xRRGGBB.</summary>
    public required IReadOnlyList<int> Colours { get; init; }

    /// <summary>Unit of the legend.</summary>
    public string Unit { get; init; } = "";

    /// <summary>What bounds are multiplied with in the legend.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>The colour of a value that is a number, 0xRRGGBB.</summary>
    /// <param name="value">In the unit of the bounds.</param>
    public int Colour(float value)
    {
        var step = Bounds.Count - 1;
        while (step >= 0 && !(value >= Bounds[step]))
        {
            step--;
        }

        return step < 0 ? Dry : Colours[step];
    }

    /// <summary>Checks that there are as many colours as bounds, 1 to 64, and that bounds rise.</summary>
    /// <exception cref="ConfigurationException">They do not.</exception>
    public void Validate()
    {
        Require.That(Bounds.Count is >= 1 and <= 64, "RainPalette.Bounds", "1 to 64 numbers", Bounds.Count);
        Require.That(Colours.Count == Bounds.Count, "RainPalette.Colours", $"{Bounds.Count} colours", Colours.Count);
        Require.That(
            Bounds.Zip(Bounds.Skip(1)).All(pair => pair.First < pair.Second), "RainPalette.Bounds", "rising", "not");
    }
}
