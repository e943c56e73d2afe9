using Deep.Nowcast;

namespace Deep.Nowcast.Tests.Verification;

public class KnownSquareTests
{
    private static readonly RadarGrid Grid = new() { Height = 40, Width = 60, Left = 0, Bottom = 0, Right = 60, Top = 40 };

    [Fact]
    public void It_lies_in_the_middle_where_all_is_known()
    {
        var square = KnownSquare.Largest(new bool[2400], Grid, 20);
        Assert.Equal((10, 20, 20, 20), (square!.Value.Top, square.Value.Left, square.Value.Height, square.Value.Width));
    }

    [Fact]
    public void It_avoids_what_is_unknown_and_is_halved_where_it_must_be()
    {
        var unknown = new bool[2400];
        unknown[(20 * 60) + 30] = true;
        var moved = KnownSquare.Of(unknown, Grid, 20)!.Value;
        Assert.False(Holds(moved, 20, 30));
        Assert.True(moved.Left is 10 or 31 || moved.Top is 0, moved.ToString());
        Assert.Null(KnownSquare.Of(unknown, Grid, 40));
        var half = KnownSquare.Largest(unknown, Grid, 40)!.Value;
        Assert.Equal(20, half.Height);
        Assert.Equal(moved, half);
    }

    [Fact]
    public void There_is_none_where_nothing_is_known() => Assert.Null(KnownSquare.Largest(Enumerable.Repeat(true, 2400).ToArray(), Grid, 40));

    private static bool Holds(CentralWindow square, int row, int column) =>
        row >= square.Top && row < square.Top + square.Height && column >= square.Left && column < square.Left + square.Width;
}
