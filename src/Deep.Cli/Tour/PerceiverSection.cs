using System.Text;
using static Deep.Cli.Tour.TourPage;

namespace Deep.Cli.Tour;

/// <summary>Writes the Perceiver chapter's part of the page.</summary>
internal static class PerceiverSection
{
    private const int CloudSide = 320;

    private const string HowToGoOn =
        """
        <div class="columns">
        <div>
        <h3>Train one on your own</h3>
        <pre><code><span class="note"># each of these is minutes on one core</span>
        deep perceiver train digits digits.csv.gz --permute 1
        deep perceiver train points meshes/
        deep perceiver train text book.txt --steps 20000
        <span class="note"># and the published ones, from your own machine</span>
        deep perceiver fill "words are[MASK][MASK][MASK][MASK]" \
            --model hf:deepmind/language-perceiver</code></pre>
        </div>
        <div>
        <h3>A Perceiver for an input of your own, in C#</h3>
        <pre><code>using Deep.Perceivers;

        var config = PerceiverConfig.ForClassification(
            new GridConfig { InputChannels = 6, Positions = new FourierConfig
            { Bands = 16, MaxResolution = [1000] } }, classes: 4);
        using var model = new Perceiver(config with { Latents = 64 });
        var scores = model.call(readings);  <span class="note">// [B, 1000, 6]</span></code></pre>
        </div>
        </div>
        """;

    /// <summary>Writes the section.</summary>
    /// <param name="words">Sentences with what was filled in.</param>
    /// <param name="clouds">Clouds with what the model says.</param>
    /// <param name="plain">Digits with their pixels in place.</param>
    /// <param name="permuted">The same digits with shuffled pixels.</param>
    /// <param name="fillTime">Milliseconds of a sentence.</param>
    /// <param name="cloudTime">Milliseconds of a cloud.</param>
    public static string Write(
        IReadOnlyList<FilledWord> words, IReadOnlyList<NamedCloud> clouds, ReadDigits plain, ReadDigits permuted, double fillTime, double cloudTime)
    {
        var html = new StringBuilder();
        html.Append(
            $"""
            <p>A <strong>Perceiver</strong> takes any input as a long list of rows, bytes, points or pixels, and reads it into a
            small array of latents by <em>cross-attention</em>; all deep layers work on the latents alone, so cost grows with the
            size of the input only linearly. Outputs are read from the latents by queries (Jaegle and others, 2021).</p>
            <p>The four networks here are the same code with another first layer. Each was trained on one CPU core in minutes to half an hour, on
            what the tool makes by itself or a public text; they are hundreds of times smaller than the published ones, which
            <code>deep perceiver fill | classify | flow | autoencode</code> load.</p>
            <dl class="facts">
            <div><dt>Clouds named</dt><dd>{clouds.Count(cloud => cloud.Top[0].Label == cloud.Name)} <small>of {clouds.Count}</small></dd></div>
            <div><dt>Digits read</dt><dd>{Share(plain)} <small>% of {plain.Count}</small></dd></div>
            <div><dt>… pixels shuffled</dt><dd>{Share(permuted)} <small>% of {permuted.Count}</small></dd></div>
            <div><dt>Hidden words as they were</dt><dd>{words.Count(word => word.Filled == word.Hidden)} <small>of {words.Count}</small></dd></div>
            <div><dt>A cloud</dt><dd>{Number(cloudTime, "F1")} <small>ms</small></dd></div>
            <div><dt>A sentence</dt><dd>{Number(fillTime, "F1")} <small>ms</small></dd></div>
            </dl>
            <h3>Clouds of 512 points, without order</h3>
            <ul class="sheet">

            """);
        foreach (var cloud in clouds)
        {
            AppendCloud(html, cloud);
        }

        html.Append(
            """
            </ul>
            <p>The points are sampled anew from the surfaces, each turned about the vertical by chance, and none of these was in
            training. The network sees three numbers for each point and no connections between them.</p>
            <h3>The same network, whatever the order of the pixels</h3>
            <p>To a convolution, a picture with shuffled pixels is noise. A Perceiver is told each pixel's place by an encoding and
            does not care: one was trained on digits as they are, the other on digits whose 64 pixels all stand in another order.</p>

            """);
        AppendDigits(html, plain, "as they are");
        AppendDigits(html, permuted, "shuffled, always in the same way");
        html.Append(
            """
            <h3>Hidden words, byte by byte</h3>
            <p>The bytes of a word are hidden, and the network gives them back from what stands around them.
            It has 0.6 million parameters and read two megabytes of Wikipedia for half an hour; the published one has 201 million. So it
            knows short, frequent words in their places and little else: take it as a demonstration of the way, not of the quality.</p>
            <table class="words">
            <thead><tr><th>what it sees</th><th>it fills in</th><th>it was</th></tr></thead>
            <tbody>

            """);
        foreach (var word in words)
        {
            var gap = string.Concat(Enumerable.Repeat("▁", word.Hidden.Length));
            html.Append(
                $"""
                <tr><td>{Text(word.Before)}<b class="gap">{gap}</b>{Text(word.After)}</td><td><code>{Text(word.Filled.Trim())}</code>{(word.Filled == word.Hidden ? " <small class=\"same\">✓</small>" : "")}</td><td>{Text(word.Hidden.Trim())}</td></tr>

                """);
        }

        html.Append("</tbody>\n</table>\n").Append(HowToGoOn);
        return html.ToString();
    }

    private static string Share(ReadDigits digits) => Number(100.0 * digits.Right / digits.Count, "F0");

    private static void AppendCloud(StringBuilder html, NamedCloud cloud)
    {
        var verdict = cloud.Top[0].Label == cloud.Name
            ? "<small class=\"same\" title=\"that is what it is\">✓</small>"
            : $"<small>is a {Text(cloud.Name)}</small>";
        html.Append(
            $"""
            <li><figure>
            <img src="{DataUri(CloudPicture.Draw(cloud.Cloud, CloudSide).EncodePng(), "image/png")}" alt="points of a {Text(cloud.Name)}" loading="lazy">
            <figcaption>
            <div class="name">{Text(cloud.Top[0].Label)} {verdict}</div>
            <div class="bars">

            """);
        for (var i = 0; i < cloud.Top.Count; i++)
        {
            var percent = 100 * cloud.Top[i].Probability;
            html.Append(
                $"""
                <span{(i == 0 ? " class=\"first\"" : "")}>{Text(cloud.Top[i].Label)}</span>
                <i{(i == 0 ? " class=\"first\"" : "")}><b style="width:{Number(percent, "F1")}%"></b></i>
                <span class="value">{Number(percent, "F0")} %</span>

                """);
        }

        html.Append("</div>\n</figcaption>\n</figure></li>\n");
    }

    private static void AppendDigits(StringBuilder html, ReadDigits digits, string how)
    {
        html.Append($"<figure class=\"digits\">\n<figcaption>{Text(how)} <small>{digits.Right} of {digits.Count} right</small></figcaption>\n<div>\n");
        foreach (var digit in digits.Shown)
        {
            var isRight = digit.Read == digit.Label;
            html.Append(
                $"""
                <span><img src="{DataUri(digit.Png, "image/png")}" alt="a {digit.Label}"><b{(isRight ? "" : " class=\"wrong\"")}>{digit.Read}{(isRight ? "" : $" ({digit.Label})")}</b></span>

                """);
        }

        html.Append("</div>\n</figure>\n");
    }
}
