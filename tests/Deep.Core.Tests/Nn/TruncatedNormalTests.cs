using Deep.Nn;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Nn;

public class TruncatedNormalTests
{
    [Theory]
    [InlineData(1.0)]
    [InlineData(0.02)]
    public void Draws_have_the_spread_of_the_cut_distribution_and_stay_within_two_deviations(double deviation)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var drawn = empty(400, 500);
        TruncatedNormal.FillInPlace(drawn, deviation);

        Assert.InRange(drawn.abs().max().item<float>(), 1.95 * deviation, 2.0001 * deviation);
        Assert.InRange(drawn.std().item<float>() / deviation, 0.875, 0.884);
        Assert.InRange(drawn.mean().item<float>() / deviation, -0.01, 0.01);
    }

    [Fact]
    public void A_deviation_that_is_no_number_of_0_or_more_is_refused()
    {
        using var tensor = empty(2);
        Assert.Throws<ConfigurationException>(() => TruncatedNormal.FillInPlace(tensor, -1));
        Assert.Throws<ConfigurationException>(() => TruncatedNormal.FillInPlace(tensor, double.NaN));
    }
}
