using System.Text.RegularExpressions;
using System.Xml.Linq;
using Deep.Nowcast.Tests.Forecasting;
using Deep.Nowcast.Tests.Verification;

namespace Deep.Nowcast.Plots.Tests;

public partial class NowcastPageTests
{
    private static readonly NowcastProtocol Small = new()
    {
        Steps = 6,
        Members = 5,
        PoolingWindows = [1, 4],
        FractionScales = [1, 5],
        SpectrumPixels = 32,
        Accumulations = [0.2, 2],
    };

    [Fact]
    public void The_page_stands_alone_and_shows_every_model()
    {
        var html = NowcastPage.Html(Verified(Moving(16)));
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(Outside().Matches(html));
        Assert.Contains("persistence", html, StringComparison.Ordinal);
        Assert.Contains("extrapolation", html, StringComparison.Ordinal);
        Assert.Contains("data:image/png;base64,", html, StringComparison.Ordinal);
        Assert.Contains("width=device-width", html, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("DEEP_PAGE") is { Length: > 0 } path)
        {
            File.WriteAllText(path, html);
        }
    }

    [Theory]
    [InlineData("CSI, the critical success index")]
    [InlineData("SEDI")]
    [InlineData("CRPS, the continuous ranked probability score")]
    [InlineData("Fair CRPS of single cells")]
    [InlineData("CRPS of the maximum of 4 × 4 cells")]
    [InlineData("FSS, the fractions skill score")]
    [InlineData("FSS by rain rate and window")]
    [InlineData("Correlation of the mean")]
    [InlineData("Of squares of 32 × 32 cells")]
    [InlineData("Rank histogram")]
    [InlineData("Reliability, 2 mm/h")]
    [InlineData("Sharpness, 2 mm/h")]
    [InlineData("ROC, the relative operating characteristic")]
    [InlineData("uncertainty")]
    [InlineData("Economic value")]
    [InlineData("paired permutation test")]
    public void Every_kind_of_score_is_on_the_page(string sentence) => Assert.Contains(sentence, WholePage.Value, StringComparison.Ordinal);

    private static readonly Lazy<string> WholePage = new(() => System.Net.WebUtility.HtmlDecode(NowcastPage.Html(
        NowcastVerification.Run(NowcastCase.Of(Moving(16), 4, 6, 3), [Persistence.Default, new NoisyNowcaster("noisy")], Small))));

    [Fact]
    public void Every_drawing_is_well_formed_and_has_no_number_that_is_none()
    {
        foreach (Match drawing in Drawing().Matches(NowcastPage.Html(Verified(Moving(16)))))
        {
            XElement.Parse(drawing.Value);
            Assert.DoesNotContain("NaN", drawing.Value, StringComparison.Ordinal);
            Assert.DoesNotContain("∞", drawing.Value, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_same_report_gives_the_same_page()
    {
        var report = Verified(Moving(12));
        Assert.Equal(NowcastPage.Html(report), NowcastPage.Html(report));
    }

    [Theory]
    [InlineData(0f, "scores of events are not defined")]
    [InlineData(float.NaN, "no score is defined")]
    public void A_page_without_rain_or_observations_says_so(float value, string sentence)
    {
        var html = NowcastPage.Html(Verified(Rain.Constant(12, 40, 40, value)));
        Assert.Contains(sentence, html, StringComparison.Ordinal);
        Assert.Contains("not defined", html, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", html.Replace("data:image", "", StringComparison.Ordinal)[..4000], StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_text_and_never_markup()
    {
        var report = NowcastVerification.Run(NowcastCase.Of(Moving(11), 4, 6), [new NoisyNowcaster("<script>alert(1)</script>"), Persistence.Default], Small);
        var html = NowcastPage.Html(report, new() { Title = "<b>", Remark = "a & b" });
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("<h1>&lt;b&gt;</h1>", html, StringComparison.Ordinal);
        Assert.Contains("a &amp; b", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_that_is_not_there_is_refused() => Assert.Throws<ConfigurationException>(
        () => NowcastPage.Html(Verified(Moving(11)), new() { Reference = "nobody" }));

    [Fact]
    public void The_page_is_written_as_a_whole()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "page.html");
            NowcastPage.Save(Verified(Moving(11)), path);
            Assert.EndsWith("</html>\n", File.ReadAllText(path), StringComparison.Ordinal);
            Assert.Single(folder.GetFiles());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static NowcastReport Verified(RadarSequence rain) => NowcastVerification.Run(
        NowcastCase.Of(rain, 4, 6, 2), [new NoisyNowcaster("noisy ensemble"), Extrapolation.Default, Persistence.Default], Small);

    private static RadarSequence Moving(int fields) =>
        Rain.Sequence(fields, 60, 72, Rain.Cells(3, 60, 72, 30), (x, y, t) => (x - t, y + (0.5 * t)));

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Drawing();

    [GeneratedRegex("(src|href)=\"(?!data:)|url\\(|https?://")]
    private static partial Regex Outside();
}
