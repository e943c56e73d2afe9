using Deep.Nowcast;

namespace Deep.Nowcast.Tests.Forecasting;

public class MotionTests
{
    private const int Side = 160;

    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(2.5, -1.25)]
    [InlineData(-6.0, 3.5)]
    [InlineData(11.0, 9.0)]
    public void A_translation_is_found_to_a_tenth_of_a_pixel(double dx, double dy)
    {
        var rain = Rain.Cells(1, Side, Side);
        var past = Rain.Sequence(4, Side, Side, rain, (x, y, t) => (x - (dx * t), y - (dy * t)));
        var motion = Extrapolation.Default.Motion(past);
        Assert.All(Inner(), i =>
        {
            Assert.InRange(motion.Columns[i], dx - 0.1, dx + 0.1);
            Assert.InRange(motion.Rows[i], dy - 0.1, dy + 0.1);
        });
    }

    [Fact]
    public void A_rotation_is_found()
    {
        const double turn = 0.02;
        var rain = Rain.Cells(2, Side, Side, 120);
        var past = Rain.Sequence(4, Side, Side, rain, (x, y, t) => Turned(x, y, -turn * t));
        var motion = Extrapolation.Default.Motion(past);
        var error = Inner().Average(i =>
        {
            var (x, y) = Turned(i % Side, i / Side, turn);
            return Math.Sqrt(Math.Pow(motion.Columns[i] - (x - (i % Side)), 2) + Math.Pow(motion.Rows[i] - (y - (i / Side)), 2));
        });
        // Corners of the inner square move by 1.1 pixels.
        Assert.InRange(error, 0, 0.35);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(3f)]
    [InlineData(float.NaN)]
    public void Nothing_to_track_is_no_motion(float value)
    {
        var motion = Extrapolation.Default.Motion(Rain.Constant(4, 50, 40, value));
        Assert.All(motion.Columns.ToArray(), v => Assert.Equal(0, v));
        Assert.All(motion.Rows.ToArray(), v => Assert.Equal(0, v));
    }

    [Fact]
    public void The_edge_of_what_is_observed_is_not_tracked()
    {
        var rain = Rain.Cells(3, Side, Side);
        var past = Rain.Sequence(4, Side, Side, rain, (x, y, t) => (x - (3 * t), y),
            (row, column) => Math.Pow(row - 80, 2) + Math.Pow(column - 80, 2) > 70 * 70);
        var motion = Extrapolation.Default.Motion(past);
        Assert.InRange(Inner().Average(i => motion.Columns[i]), 2.7, 3.3);
        Assert.InRange(Inner().Average(i => motion.Rows[i]), -0.3, 0.3);
    }

    [Fact]
    public void Outliers_are_removed_and_crowds_become_one()
    {
        MotionVector[] vectors =
            [.. Enumerable.Range(0, 100).Select(i => new MotionVector(i % 10 * 4, i / 10 * 4, i == 55 ? 9 : 2 + (0.01 * (i % 3)), 1))];
        var kept = SparseMotion.WithoutOutliers(vectors, 3, 30);
        Assert.Equal(99, kept.Length);
        Assert.DoesNotContain(kept, v => v.U > 3);
        var single = SparseMotion.Declustered(kept, 20);
        Assert.Equal(4, single.Length);
        Assert.All(single, v => Assert.InRange(v.U, 2, 2.02));
    }

    [Fact]
    public void Fields_smaller_than_the_window_are_no_error()
    {
        var rain = Rain.Cells(4, 12, 9);
        var past = Rain.Sequence(3, 12, 9, rain, (x, y, t) => (x - t, y));
        Assert.All(Extrapolation.Default.Motion(past).Columns.ToArray(), v => Assert.True(double.IsFinite(v)));
    }

    private static IEnumerable<int> Inner() =>
        from row in Enumerable.Range(4, 8) from column in Enumerable.Range(4, 8) select (row * 10 * Side) + (column * 10);

    private static (double X, double Y) Turned(double x, double y, double angle)
    {
        var (dx, dy) = (x - (Side / 2), y - (Side / 2));
        var (sin, cos) = Math.SinCos(angle);
        return ((Side / 2) + (cos * dx) - (sin * dy), (Side / 2) + (sin * dx) + (cos * dy));
    }
}
