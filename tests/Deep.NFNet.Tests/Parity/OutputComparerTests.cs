using Deep.Parity.Cases;
using Deep.Parity.Comparison;

namespace Deep.NFNets.Tests.Parity;

public sealed class OutputComparerTests
{
    private static readonly CaseOutput Whole = new("y", [2, 2], 2.5, Math.Sqrt(1.25), null, [1, 2, 3, 4]);

    [Fact]
    public void Equal_numbers_have_no_difference()
    {
        Assert.Equal(0, OutputComparer.Compare(Whole, [2, 2], [1, 2, 3, 4], 1e-9, out var difference), 1e-15);
        Assert.Null(difference);
    }

    [Fact]
    public void The_largest_difference_is_reported_with_its_place()
    {
        Assert.Equal(0.5, OutputComparer.Compare(Whole, [2, 2], [1, 2, 3.5, 4.1], 1e-3, out var difference), 1e-6);
        Assert.Contains("y[2] differs by 0.5", difference, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_values_outside_the_listed_places_are_found_by_the_mean()
    {
        var sampled = Whole with { Indices = [0], Values = [1], Deviation = null };
        OutputComparer.Compare(sampled, [2, 2], [1, 2, 3, 8], 1e-3, out var difference);
        Assert.Contains("mean", difference, StringComparison.Ordinal);
    }

    [Fact]
    public void A_swap_that_keeps_the_mean_is_found_by_the_deviation()
    {
        var sampled = Whole with { Indices = [0], Values = [1] };
        OutputComparer.Compare(sampled, [2, 2], [1, 3, 3, 3], 1e-3, out var difference);
        Assert.Contains("deviation", difference, StringComparison.Ordinal);
    }

    [Fact]
    public void The_deviation_is_that_of_the_population()
    {
        var single = new CaseOutput("loss", [1], 2, 0, null, [2]);
        OutputComparer.Compare(single, [], [2], 1e-9, out var difference);
        Assert.Null(difference);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_number_that_is_not_finite_fails(double bad)
    {
        Assert.True(double.IsNaN(OutputComparer.Compare(Whole, [2, 2], [1, bad, 3, 4], 1e9, out var difference)));
        Assert.NotNull(difference);
    }

    [Fact]
    public void Another_shape_fails_even_with_equal_numbers()
    {
        OutputComparer.Compare(Whole, [4], [1, 2, 3, 4], 1e9, out var difference);
        Assert.Contains("shape [4], expected [2, 2]", difference, StringComparison.Ordinal);
    }
}
