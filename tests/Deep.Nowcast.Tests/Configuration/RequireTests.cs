using Deep.Nowcast;

namespace Deep.Tests.Nowcast.Configuration;

public sealed class RequireTests
{
    [Fact]
    public void A_setting_out_of_range_is_named_with_what_was_expected()
    {
        var error = Assert.Throws<ConfigurationException>(() => Require.That(false, "DgmrConfig.ContextFrames", "1 or more", 0));
        Assert.Contains("DgmrConfig.ContextFrames", error.Message, StringComparison.Ordinal);
        Assert.Contains("1 or more", error.Message, StringComparison.Ordinal);
    }
}
