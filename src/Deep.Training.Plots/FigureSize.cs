namespace Deep.Training.Plots;

/// <summary>The bounds of a figure's size.</summary>
internal static class FigureSize
{
    private const int Least = 200;
    private const int Greatest = 8000;

    public static void Require(string figure, int width, int height)
    {
        foreach (var (name, pixels) in new[] { ("Width", width), ("Height", height) })
        {
            if (pixels is < Least or > Greatest)
            {
                throw new ConfigurationException($"{figure}.{name}", $"{Least} to {Greatest} pixels", pixels);
            }
        }
    }
}
