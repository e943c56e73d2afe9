using Deep.NFNets;

namespace Deep.Tests.NFNets;

public class CostTests
{
    // DeepMind's count_flops and parameter counts, and the paper's tables 1 and 6: variant, parameters in millions, G
    // multiply-adds at train and test size.
    [Theory]
    [InlineData("F0", 71.489284, 6.98, 12.38)]
    [InlineData("F1", 132.634256, 17.44, 35.54)]
    [InlineData("F2", 193.779228, 33.14, 62.59)]
    [InlineData("F3", 254.924200, 67.94, 114.76)]
    [InlineData("F4", 316.069172, 121.12, 215.24)]
    [InlineData("F5", 377.214144, 169.50, 289.76)]
    [InlineData("F6", 438.359116, 228.29, 377.28)]
    [InlineData("F7", 499.504088, 298.48, 478.78)]
    [InlineData("F0+", 118.82, 11.00, 19.52)]
    [InlineData("F1+", 220.36, 27.21, 55.45)]
    [InlineData("F2+", 321.89, 51.51, 97.28)]
    [InlineData("F3+", 423.42, 105.38, 177.99)]
    [InlineData("F4+", 524.95, 187.62, 333.39)]
    [InlineData("F5+", 626.49, 262.33, 448.43)]
    [InlineData("F6+", 728.02, 353.10, 583.52)]
    [InlineData("F7+", 829.55, 461.44, 740.16)]
    [InlineData("NF-RegNet-B0", 8.60, 0.33, 0.44)]
    [InlineData("NF-RegNet-B1", 10.02, 0.56, 0.73)]
    [InlineData("NF-RegNet-B2", 13.79, 0.86, 1.10)]
    [InlineData("NF-RegNet-B3", 18.14, 1.62, 2.00)]
    [InlineData("NF-RegNet-B4", 29.32, 3.11, 4.47)]
    [InlineData("NF-RegNet-B5", 48.71, 7.50, 10.56)]
    public void Parameters_and_multiply_adds_are_the_published_ones(string variant, double parameters, double train,
        double test)
    {
        var config = NFNetConfig.Variants[variant];
        Assert.Equal(parameters, NFNetCost.Parameters(config) / 1e6,
            Math.Abs(parameters - Math.Round(parameters, 2)) > 0 ? 6 : 2);
        Assert.Equal(train, NFNetCost.PublishedMultiplyAdds(config, config.TrainSize, config.TrainSize) / 1e9, 2);
        Assert.Equal(test, NFNetCost.PublishedMultiplyAdds(config, config.TestSize, config.TestSize) / 1e9, 2);
    }

    [Theory]
    [InlineData("NF-RegNet-B6", 70.05)]
    [InlineData("NF-RegNet-B7", 101.74)]
    [InlineData("NF-RegNet-B8", 142.31)]
    [InlineData("nfnet_l0", 35.074488)]
    [InlineData("eca_nfnet_l0", 24.143924)]
    [InlineData("test_nfnet", 0.383080)]
    public void Parameters_are_the_published_ones(string variant, double parameters) =>
        Assert.Equal(parameters, NFNetCost.Parameters(NFNetConfig.Variants[variant]) / 1e6,
            Math.Abs(parameters - Math.Round(parameters, 2)) > 0 ? 6 : 2);

    // Of 2310.16764: G multiply-adds at 224, 256, 384 and 480 pixels.
    [Theory]
    [InlineData("F0", 9.49, 12.38, 27.83, 43.48)]
    [InlineData("F1", 17.44, 22.76, 51.16, 79.90)]
    [InlineData("F3", 33.34, 43.52, 97.80, 152.76)]
    [InlineData("F3+", 51.72, 67.50, 151.68, 236.91)]
    [InlineData("F7", 65.14, 85.03, 191.09, 298.48)]
    [InlineData("F7+", 100.74, 131.48, 295.43, 461.44)]
    public void Multiply_adds_at_any_size_are_the_published_ones(string variant, double at224, double at256,
        double at384, double at480)
    {
        foreach (var (size, expected) in new[] { (224, at224), (256, at256), (384, at384), (480, at480) })
        {
            Assert.Equal(expected, NFNetCost.MultiplyAdds(NFNetConfig.Variants[variant], size, size) / 1e9, 2);
        }
    }

    [Fact]
    public void The_light_network_costs_what_timm_says() =>
        Assert.Equal(3.119, NFNetCost.MultiplyAdds(NFNetConfig.EcaNFNetL0, 192, 192) / 1e9, 3);

    [Fact]
    public void A_size_that_is_no_multiple_of_the_reduction_costs_its_real_pixels()
    {
        var config = NFNetConfig.NFRegNetB2;
        Assert.True(NFNetCost.MultiplyAdds(config, 240, 240) > NFNetCost.PublishedMultiplyAdds(config, 240, 240));
        Assert.Equal(NFNetCost.MultiplyAdds(config, 256, 256), NFNetCost.PublishedMultiplyAdds(config, 256, 256), 3);
    }
}
