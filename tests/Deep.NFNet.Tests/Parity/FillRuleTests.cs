using Deep.Parity.Cases;

namespace Deep.NFNets.Tests.Parity;

public sealed class FillRuleTests
{
    // Numbers from parity/FORMAT.md, printed there with eight digits.
    private static readonly double[] UnitCheck = [0.34106362, -0.32541716, 0.00993156, 0.86773956];
    private static readonly double[] WeightCheck = [0.41771592, -0.398553, 0.01216363, 1.06275957];

    [Fact]
    public void Unit_numbers_are_those_of_the_format_page() => Equal(UnitCheck, FillRule.Unit("a.weight", 4));

    [Fact]
    public void A_matrix_has_the_check_values_of_the_format_page() =>
        Equal(WeightCheck, [.. FillRule.Weight("a.weight", [2, 2]).Select(v => (double)v)]);

    [Fact]
    public void An_integer_input_has_the_check_values_of_the_format_page() =>
        Assert.Equal([52, 12, 81, 65, 16], FillRule.IntInput("tok", [5], 100));

    [Theory]
    [InlineData("norm.weight", 1)]
    [InlineData("conv.gain", 1)]
    [InlineData("conv.scale", 1)]
    [InlineData("norm.gamma", 1)]
    [InlineData("conv.bias", 0)]
    [InlineData("block.skip_gain", 0)]
    [InlineData("weight.other", 0)]
    public void Vectors_lie_near_one_only_where_their_last_name_is_a_gain(string name, double centre)
    {
        var unit = FillRule.Unit(name, 6);
        Equal([.. unit.Select(v => centre + (0.1 * v))], [.. FillRule.Weight(name, [6]).Select(v => (double)v)]);
    }

    [Fact]
    public void A_scalar_has_one_element()
    {
        var value = Assert.Single(FillRule.Weight("block.skip_gain", []));
        Assert.Equal((float)(0.1 * FillRule.Unit("block.skip_gain", 1)[0]), value);
    }

    [Fact]
    public void A_float_input_is_scaled_and_moved() =>
        Equal(
            [.. FillRule.Unit("input:x", 3).Select(v => (v * 0.5) + 2)],
            [.. FillRule.FloatInput("x", [3], 0.5, 2).Select(v => (double)v)]);

    [Fact]
    public void A_large_tensor_filled_in_parallel_equals_its_own_beginning()
    {
        var unit = FillRule.Unit("big.bias", 70_000);
        var filled = FillRule.Weight("big.bias", [70_000]);
        Assert.Equal([.. unit.Select(v => (float)(0.1 * v))], filled);
    }

    private static void Equal(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2.5e-7));
    }
}
