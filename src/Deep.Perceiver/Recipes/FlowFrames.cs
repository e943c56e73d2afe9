using Deep.Media;
using Deep.Training;

namespace Deep.Perceivers.Recipes;

/// <summary>Two frames that are sampled from one picture under a known motion; beyond its edges the picture is mirrored.</summary>
/// <remarks>Both frames are read from the picture itself, so neither is blurred more often than the other.</remarks>
internal sealed class FlowFrames(Picture picture, AffineMotion motion, AffineMotion view, int height, int width)
{
    /// <summary>Writes the first frame as planes [3, H, W] from −1 to 1.</summary>
    public void WriteFirst(Span<float> planes) => Write(planes, (x, y) => (x, y));

    /// <summary>Writes the second frame.</summary>
    public void WriteSecond(Span<float> planes) => Write(planes, motion.MoveBack);

    /// <summary>Writes the flow [H, W, 2] of a motion.</summary>
    public static void WriteFlow(Span<float> flow, AffineMotion motion, int height, int width)
    {
        for (var i = 0; i < height * width; i++)
        {
            var (x, y) = (i % width, i / width);
            var (toX, toY) = motion.Move(x, y);
            (flow[2 * i], flow[(2 * i) + 1]) = ((float)(toX - x), (float)(toY - y));
        }
    }

    /// <summary>Changes contrast, brightness and colours of a frame and adds noise, as two exposures differ.</summary>
    public static void Expose(Span<float> planes, RandomState random)
    {
        var (contrast, brightness) = (0.8 + (0.4 * random.NextDouble()), 0.2 * (random.NextDouble() - 0.5));
        var noise = 0.04 * random.NextDouble();
        var plane = planes.Length / 3;
        for (var colour = 0; colour < 3; colour++)
        {
            var tint = contrast * (0.95 + (0.1 * random.NextDouble()));
            foreach (ref var value in planes.Slice(colour * plane, plane))
            {
                value = (float)Math.Clamp((value * tint) + brightness + (noise * random.NextNormal()), -1, 1);
            }
        }
    }

    private void Write(Span<float> planes, Func<double, double, (double X, double Y)> place)
    {
        var plane = height * width;
        var pixels = picture.Pixels;
        for (var i = 0; i < plane; i++)
        {
            var (x, y) = place(i % width, i / width);
            (x, y) = view.Move(x, y);
            var (left, top) = (Math.Floor(x), Math.Floor(y));
            var (fx, fy) = ((float)(x - left), (float)(y - top));
            var (x0, x1) = (Mirrored(left, picture.Width), Mirrored(left + 1, picture.Width));
            var (y0, y1) = (Mirrored(top, picture.Height), Mirrored(top + 1, picture.Height));
            for (var colour = 0; colour < 3; colour++)
            {
                var above = float.Lerp(pixels[At(x0, y0, colour)], pixels[At(x1, y0, colour)], fx);
                var below = float.Lerp(pixels[At(x0, y1, colour)], pixels[At(x1, y1, colour)], fx);
                planes[(colour * plane) + i] = (float.Lerp(above, below, fy) / 127.5f) - 1;
            }
        }
    }

    private int At(int x, int y, int colour) => (((y * picture.Width) + x) * 3) + colour;

    private static int Mirrored(double place, int size)
    {
        var period = 2 * size;
        var rest = (int)(((long)place % period + period) % period);
        return rest < size ? rest : period - 1 - rest;
    }
}
