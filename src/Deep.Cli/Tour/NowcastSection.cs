using System.Text;
using Deep.Cli.Models;
using Deep.Nowcast;
using static Deep.Cli.Tour.TourPage;

namespace Deep.Cli.Tour;

/// <summary>Writes the nowcasting chapter's part of the page.</summary>
internal static class NowcastSection
{
    private const string HowToGoOn =
        """
        <div class="columns">
        <div>
        <h3>Your own radar</h3>
        <pre><code><span class="note"># KNMI, ODIM, FMI, MeteoSwiss, CF netCDF, GeoTIFF, NumPy;</span>
        <span class="note"># --coarsen 2 makes cells of 2 km of cells of 1 km</span>
        deep nowcast run radar/ --model dgmr-small \
            --coarsen 2 --members 20 --above 2
        deep nowcast verify events/ --model dgmr-small \
            --coarsen 2 --steps 12
        deep nowcast train summer/ winter/ --test spring/ \
            --preset small --coarsen 2</code></pre>
        </div>
        <div>
        <h3>In C#</h3>
        <pre><code>using Deep.Nowcast;

        using var model = NowcastModel.Load("model.safetensors");
        var past = RadarSequence.Read(files, last: 4);
        using var rain = model.Forecast(past,
            new() { Members = 20 });
        float[,] heavy = rain.ExceedanceProbability(30, 4);</code></pre>
        </div>
        </div>
        """;

    /// <summary>Rain rates of the yes/no scores, mm/h.</summary>
    public static IReadOnlyList<double> Thresholds { get; } = [1, 4];

    /// <summary>Writes the section.</summary>
    /// <param name="run">The forecasts and their scores.</param>
    /// <param name="animation">A GIF file.</param>
    public static string Write(NowcastRun run, byte[] animation)
    {
        var members = run.Network.Members;
        var html = new StringBuilder();
        html.Append(
            $"""
            <p>A <strong>nowcast</strong> says where it will rain in the next minutes to two hours, from the last pictures of the
            radar and nothing else. <em>Extrapolation</em>, which forecasters use, measures how the rain moves and moves it on; it
            cannot grow a shower or end one. <em>Persistence</em> says that nothing changes: what every forecast has to beat.</p>
            <p><strong>DGMR</strong>, a deep generative model of rain (Ravuri and others, 2021), draws futures instead: from the same
            four pictures and another draw of noise comes another hour of rain. Each draw is a <strong>member</strong> of the ensemble:
            one possible future in full detail, none of them <em>the</em> forecast. Where members agree, the network is sure.</p>
            <p><strong>The rain on this page is synthetic, not radar.</strong> No radar sequence of this length may be shipped with the
            tool, so code makes one: noise with the spectrum of rain, whose cells grow and decay while all of it is carried from
            the west along an arc. Cells are {SyntheticRain.CellKilometres} km wide, pictures {SyntheticRain.CadenceMinutes} minutes apart. This is the home ground of extrapolation, which assumes just such a motion.</p>
            <p><strong>The network is no forecaster's tool.</strong> It has an eighth of the published one's width and was trained for about an hour on two
            CPU cores, on a few radar events; the published one had half a million steps on years of radar. It shows how the thing works.</p>
            <dl class="facts">
            <div><dt>Ensemble</dt><dd>{members} <small>futures</small></dd></div>
            <div><dt>Each of them</dt><dd>{run.Network.Steps * SyntheticRain.CadenceMinutes} <small>min, {SyntheticRain.Side} × {SyntheticRain.Side} cells</small></dd></div>
            <div><dt>All together</dt><dd>{Number(run.Seconds, "F1")} <small>s</small></dd></div>
            <div><dt>Parameters</dt><dd>{Number(run.Parameters / 1e6, "F2")} <small>million</small></dd></div>
            <div><dt>File</dt><dd>{Number(new FileInfo(NowcastModels.Small).Length / 1e6, "F1")} <small>MB</small></dd></div>
            <div><dt>Rain</dt><dd>synthetic <small>not radar</small></dd></div>
            </dl>
            <h3>What was seen, and what came</h3>

            """);
        AppendPicture(html, NowcastPictures.Observed(run), "image/png", "Synthetic rain before the forecast and in the hour after it");
        AppendPicture(html, animation, "image/gif", "What came, a member of the network and the extrapolation, moving");
        foreach (var minutes in NowcastRun.ShownMinutes)
        {
            html.Append($"<h3>After {minutes} minutes</h3>\n");
            AppendPicture(html, NowcastPictures.Forecasts(run, minutes), "image/png", $"Forecasts of {minutes} minutes beside what came");
        }

        html.Append(
            $"""
            <p>Extrapolation is hatched where rain would have to come from outside the map: it knows nothing there. The mean of the
            members is the best guess of the amount in each cell, but rain never looks like it: where members put their showers in
            different places, it has weak rain in all of these places. That is why one looks at members. {Spread(run, NowcastRun.ShownMinutes[0])}</p>
            <h3>The probability of {Number(NowcastPictures.Above, "0.##")} mm/h or more</h3>

            """);
        AppendPicture(html, NowcastPictures.Probabilities(run), "image/png", "Probability maps beside where so much rain came");
        html.Append(
            $"""
            <p>A <strong>probability map</strong> is counted: in each cell, how many of the {members} members have at least so much rain.
            It answers what a user asks: how likely is heavy rain here, half an hour from now? With {members} members it knows steps of {Number(100.0 / members, "0.#")} %.</p>
            <h3>How good was that?</h3>
            <p><strong>CRPS</strong>, the continuous ranked probability score, measures a whole ensemble: how far its members lie from what
            came, less half of how far they lie from each other, in mm/h, mean over all cells. Of a single forecast it is the absolute error. Less is
            better, and who does not know is rewarded for saying so by members that differ.
            <strong>CSI</strong>, the critical success index, is for yes or no: of all cells where so much rain came or was forecast, the share
            where both are true; of the network, over all of its members. 1 is perfect, 0 is no hit.</p>

            """);
        NowcastScoreTable.Append(html, run);
        html.Append(
            $"""
            <p>{Verdict(run)} One hour of one made-up day says little: <code>deep nowcast verify</code> pools the scores of many hours of
            radar, and <code>docs/nowcast.md</code> says what came of it. Only cells count that all three know.</p>

            """);
        html.Append(HowToGoOn);
        return html.ToString();
    }

    // Whether the members say how sure the network may be.
    private static string Spread(NowcastRun run, int minutes)
    {
        var scores = run.At(NowcastRun.Model, minutes);
        var (spread, error) = (scores.Spread, scores.RootMeanSquaredError);
        var verdict = spread < 0.8 * error ? "so they are too much alike: the network is too sure of itself"
            : spread > 1.25 * error ? "so they differ too much: the network knows more than it says"
            : "so they differ as much as they should";
        return $"The members of a good ensemble lie as far from their mean as that lies from what comes. After {minutes} minutes these lie "
            + $"{Number(spread, "F1")} mm/h from their mean, which lies {Number(error, "F1")} mm/h from what came, {verdict}.";
    }

    // What the table says in a sentence, whatever it says.
    private static string Verdict(NowcastRun run)
    {
        var ranked = run.Scores.Models.Select(model => (model.Name, Crps: run.Crps(model.Name))).OrderBy(model => model.Crps).ToArray();
        return $"Over the hour as a whole {string.Join(", ", ranked.Select((model, place) => place switch
        {
            0 => $"{Text(model.Name)} has the best CRPS, {Number(model.Crps, "F2")} mm/h",
            1 => $"before {Text(model.Name)} with {Number(model.Crps, "F2")}",
            _ => $"and {Text(model.Name)} with {Number(model.Crps, "F2")}",
        }))}.";
    }

    private static void AppendPicture(StringBuilder html, byte[] picture, string type, string description) => html.Append(
        $"<figure class=\"wide{(type == "image/gif" ? " moving" : "")}\"><img src=\"{DataUri(picture, type)}\" alt=\"{Text(description)}\" loading=\"lazy\"></figure>\n");
}
