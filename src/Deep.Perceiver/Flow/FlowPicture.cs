using Deep.Media;

namespace Deep.Perceivers;

/// <summary>Draws flow as colours: the direction is the hue, the length the saturation, black is unknown.</summary>
/// <remarks>
/// The colour wheel of Baker et al., "A Database and Evaluation Methodology for Optical Flow" (2011): 55 hues in six
/// unequal parts, so that each looks as far from its neighbours as the others.
/// </remarks>
public static class FlowPicture
{
    // Steps from red to yellow, green, cyan, blue, magenta and back to red.
    private static readonly int[] Parts = [15, 6, 4, 11, 13, 6];
    private static readonly (int R, int G, int B)[] Corners =
        [(255, 0, 0), (255, 255, 0), (0, 255, 0), (0, 255, 255), (0, 0, 255), (255, 0, 255), (255, 0, 0)];

    private static readonly (double R, double G, double B)[] Wheel = MakeWheel();

    /// <summary>The picture of a field.</summary>
    /// <param name="field">The field.</param>
    /// <param name="longest">The length in pixels that is drawn in full colour, above 0; longer flow is darker. Null:
    /// the longest of the field.</param>
    /// <exception cref="ConfigurationException"><paramref name="longest"/> is not above 0.</exception>
    public static Picture Draw(FlowField field, double? longest = null)
    {
        ArgumentNullException.ThrowIfNull(field);
        if (longest is { } given && !(given > 0 && double.IsFinite(given)))
        {
            throw new ConfigurationException(nameof(longest), "above 0", given);
        }

        var full = longest ?? Math.Max(Longest(field), 1e-5);
        var rgb = new byte[3 * field.Width * field.Height];
        for (var pixel = 0; pixel < field.Width * field.Height; pixel++)
        {
            if (field.IsKnown(pixel % field.Width, pixel / field.Width))
            {
                Paint(rgb.AsSpan(3 * pixel, 3), field.U[pixel] / full, field.V[pixel] / full);
            }
        }

        return new Picture(field.Width, field.Height, rgb);
    }

    private static double Longest(FlowField field)
    {
        var longest = 0.0;
        for (var pixel = 0; pixel < field.Width * field.Height; pixel++)
        {
            if (field.IsKnown(pixel % field.Width, pixel / field.Width))
            {
                longest = Math.Max(longest, double.Hypot(field.U[pixel], field.V[pixel]));
            }
        }

        return longest;
    }

    private static void Paint(Span<byte> colour, double u, double v)
    {
        var length = double.Hypot(u, v);
        var place = (Math.Atan2(-v, -u) / Math.PI + 1) / 2 * (Wheel.Length - 1);
        var from = (int)place;
        var (a, b) = (Wheel[from], Wheel[(from + 1) % Wheel.Length]);
        var part = place - from;
        colour[0] = Shade(double.Lerp(a.R, b.R, part), length);
        colour[1] = Shade(double.Lerp(a.G, b.G, part), length);
        colour[2] = Shade(double.Lerp(a.B, b.B, part), length);
    }

    private static byte Shade(double value, double length) =>
        (byte)(255 * (length <= 1 ? 1 - (length * (1 - value)) : value * 0.75));

    private static (double R, double G, double B)[] MakeWheel()
    {
        var wheel = new List<(double, double, double)>();
        for (var part = 0; part < Parts.Length; part++)
        {
            var (from, to) = (Corners[part], Corners[part + 1]);
            for (var step = 0; step < Parts[part]; step++)
            {
                wheel.Add((Step(from.R, to.R), Step(from.G, to.G), Step(from.B, to.B)));

                double Step(int a, int b) => Math.Floor(a + ((b - a) * (double)step / Parts[part])) / 255;
            }
        }

        return [.. wheel];
    }
}
