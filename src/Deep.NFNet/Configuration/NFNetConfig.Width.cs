namespace Deep.NFNets;

public sealed partial record NFNetConfig
{
    private const int WidthMultiple = 8;

    /// <summary>The same network with every width multiplied, as in a study of scale; depth and resolution stay.</summary>
    /// <param name="factor">Above 0; 1 gives an equal network where its widths are round numbers already.</param>
    /// <returns>
    /// A configuration whose widths are rounded to whole multiples of 8, or of what whole groups need, 1 or more of them.
    /// </returns>
    /// <exception cref="ConfigurationException">The factor is not above 0.</exception>
    public NFNetConfig WithWidth(double factor)
    {
        Require(factor > 0 && double.IsFinite(factor), "width factor", "a finite number above 0", factor);
        return this with
        {
            Name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Name} x {factor}"),
            Stem = [.. Stem.Select(conv => conv with { Channels = Scaled(conv.Channels, factor, WidthMultiple) })],
            Stages =
            [
                .. Stages.Select(stage => stage with
                {
                    Width = Scaled(
                        stage.Width, factor,
                        stage.GroupWidth == 0 ? WidthMultiple : stage.GroupWidth / Math.Min(1, stage.Expansion)),
                }),
            ],
            FinalChannels = FinalChannels == 0 ? 0 : Scaled(FinalChannels, factor, WidthMultiple),
        };
    }

    private static int Scaled(int width, double factor, double multiple) =>
        (int)(Math.Max(1, Math.Round(width * factor / multiple)) * multiple);
}
