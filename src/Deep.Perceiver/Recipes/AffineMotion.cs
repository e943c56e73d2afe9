using System.Numerics;

namespace Deep.Perceivers.Recipes;

/// <summary>A known motion of a picture: where each pixel of the first frame is in the second.</summary>
/// <remarks>M p = c + A (p − c) + t for the picture's centre c. Its flow is exact at every pixel, forward and reversed. Immutable.</remarks>
public sealed record AffineMotion
{
    private readonly Matrix3x2 _forward;
    private readonly Matrix3x2 _reverse;

    private AffineMotion(Matrix3x2 forward, Matrix3x2 reverse) => (_forward, _reverse) = (forward, reverse);

    /// <summary>The motion from the second frame to the first.</summary>
    public AffineMotion Reversed => new(_reverse, _forward);

    /// <summary>A motion about the centre of a picture.</summary>
    /// <param name="width">The picture's width, 1 or more.</param>
    /// <param name="height">Its height, 1 or more.</param>
    /// <param name="right">Pixels to the right.</param>
    /// <param name="down">Pixels down.</param>
    /// <param name="radians">The turn, from right to down.</param>
    /// <param name="zoom">How much larger the second frame shows things, above 0.</param>
    /// <param name="shear">How far right a pixel goes for each pixel that it is below the centre.</param>
    /// <exception cref="ConfigurationException">The zoom is not above 0, or a value is not finite.</exception>
    public static AffineMotion Of(
        int width, int height, double right, double down, double radians = 0, double zoom = 1, double shear = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (!(zoom > 0) || !double.IsFinite(right + down + radians + zoom + shear))
        {
            throw new ConfigurationException("motion", "finite numbers and a zoom above 0", $"{right}, {down}, {radians}, {zoom}, {shear}");
        }

        var centre = new Vector2((width - 1) / 2f, (height - 1) / 2f);
        var forward = Matrix3x2.CreateTranslation(-centre)
            * new Matrix3x2(1, 0, (float)shear, 1, 0, 0)
            * Matrix3x2.CreateScale((float)zoom)
            * Matrix3x2.CreateRotation((float)radians)
            * Matrix3x2.CreateTranslation(centre + new Vector2((float)right, (float)down));
        return Matrix3x2.Invert(forward, out var reverse)
            ? new AffineMotion(forward, reverse)
            : throw new ConfigurationException("motion", "one that can be reversed", zoom);
    }

    /// <summary>Where a place of the first frame is in the second.</summary>
    /// <param name="x">Pixels from the left.</param>
    /// <param name="y">Pixels from the top.</param>
    public (double X, double Y) Move(double x, double y)
    {
        var moved = Vector2.Transform(new Vector2((float)x, (float)y), _forward);
        return (moved.X, moved.Y);
    }

    /// <summary>Where a place of the second frame was in the first.</summary>
    /// <param name="x">Pixels from the left.</param>
    /// <param name="y">Pixels from the top.</param>
    public (double X, double Y) MoveBack(double x, double y)
    {
        var moved = Vector2.Transform(new Vector2((float)x, (float)y), _reverse);
        return (moved.X, moved.Y);
    }

    /// <summary>The flow of the motion over a picture.</summary>
    /// <param name="width">The picture's width.</param>
    /// <param name="height">Its height.</param>
    public FlowField Field(int width, int height) => FlowField.Of(width, height, (x, y) =>
    {
        var (toX, toY) = Move(x, y);
        return (toX - x, toY - y);
    });
}
