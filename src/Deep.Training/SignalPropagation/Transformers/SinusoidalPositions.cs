using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

// T positions, F features

/// <summary>Fixed sines and cosines of positions (1706.03762, section 3.5), in a line or over a grid.</summary>
/// <remarks>
/// Computed in float64 and rounded to float32, whatever the model's dtype, so that a row is the same wherever it comes from. A row's mean square is 1/2, so that x / sqrt(2) + row has a mean square of 1 where that of x is 1:
/// the same as the sum of x and a row of mean square 1, rescaled by 1 / sqrt(2).
/// </remarks>
public static class SinusoidalPositions
{
    private const double Temperature = 10_000;

    /// <summary>Positions in a line: sin(p w_k) for the first half of the features, cos(p w_k) for the second, w_k = 10000^(-2k/F).</summary>
    /// <param name="first">The first position, 0 or more.</param>
    /// <param name="count">T.</param>
    /// <param name="features">F, even.</param>
    /// <param name="device">Where the rows are; null: the default device.</param>
    /// <returns>[T, F], float32. The caller disposes it.</returns>
    public static Tensor InLine(long first, long count, int features, Device? device = null)
    {
        var half = features / 2;
        var rows = new double[count * features];
        for (var t = 0; t < count; t++)
        {
            for (var k = 0; k < half; k++)
            {
                var (sine, cosine) = Math.SinCos((first + t) * Math.Pow(Temperature, -(double)k / half));
                rows[(t * features) + k] = sine;
                rows[(t * features) + half + k] = cosine;
            }
        }

        return tensor(rows, [count, features], float32, device);
    }

    /// <summary>
    /// Positions of a grid, row by row: a quarter of the features each for sin and cos of the column, then of the row, with
    /// w_k = 10000^(-k / (F/4 - 1)) (2205.01580).
    /// </summary>
    /// <param name="height">Rows of the grid.</param>
    /// <param name="width">Columns of the grid.</param>
    /// <param name="features">F, a multiple of 4 above 4.</param>
    /// <param name="device">Where the rows are; null: the default device.</param>
    /// <returns>[height * width, F], float32. The caller disposes it.</returns>
    public static Tensor InGrid(int height, int width, int features, Device? device = null)
    {
        var quarter = features / 4;
        var rows = new double[height * width * features];
        for (var position = 0; position < height * width; position++)
        {
            var (y, x) = Math.DivRem(position, width);
            for (var k = 0; k < quarter; k++)
            {
                var frequency = Math.Pow(Temperature, -(double)k / (quarter - 1));
                var at = (position * features) + k;
                (rows[at], rows[at + quarter]) = Math.SinCos(x * frequency);
                (rows[at + (2 * quarter)], rows[at + (3 * quarter)]) = Math.SinCos(y * frequency);
            }
        }

        return tensor(rows, [height * width, features], float32, device);
    }
}
