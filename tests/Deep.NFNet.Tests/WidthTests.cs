using Deep.NFNets;

namespace Deep.Tests.NFNets;

public sealed class WidthTests
{
    [Fact]
    public void Every_width_is_scaled_and_rounded_to_what_the_layers_can_have()
    {
        var half = NFNetConfig.F0.WithWidth(0.5);

        half.Validate();
        Assert.Equal([8, 16, 32, 64], half.Stem.Select(conv => conv.Channels));
        Assert.Equal([256, 256, 768, 768], half.Stages.Select(stage => stage.Width));
        Assert.Equal(NFNetConfig.F0.FinalChannels / 2, half.FinalChannels);
        Assert.Equal(NFNetConfig.F0.Stages.Select(stage => stage.Blocks), half.Stages.Select(stage => stage.Blocks));
    }

    [Fact]
    public void A_factor_of_one_changes_nothing_but_the_name() =>
        Assert.Equal(NFNetConfig.F0, NFNetConfig.F0.WithWidth(1) with { Name = NFNetConfig.F0.Name });

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_factor_that_is_no_number_above_0_is_refused(double factor) =>
        Assert.Throws<ConfigurationException>(() => NFNetConfig.F0.WithWidth(factor));
}
