using System.Text;
using static Deep.Cli.Tour.TourPage;

namespace Deep.Cli.Tour;

/// <summary>Writes the part of the page about transformers without shortcuts.</summary>
internal static class VanillaSection
{
    private const string HowToGoOn =
        """
        <div class="columns">
        <div>
        <h3>Train one on your own text</h3>
        <pre><code>deep train text book.txt --block e-spa --layers 36 \
            --width 64 --context 128 --lr 3e-4 --out runs/book
        deep generate runs/book/model.safetensors --prompt "Once"
        <span class="note"># what happens to the signal of a network, before it is trained</span>
        deep probe --block plain --layers 36 --plot signal.png</code></pre>
        </div>
        <div>
        <h3>Use it in C#</h3>
        <pre><code>using Deep.Training.SignalPropagation;

        using var model = VanillaTransformer.Load("model.safetensors");
        foreach (var token in model.Generate(prompt, new() { Tokens = 200 }))
        {
            Console.Write(decoder.Add((int)token));
        }</code></pre>
        <p>The formulas, and what was measured: <code>docs/signal-propagation.md</code>.</p>
        </div>
        </div>
        """;

    /// <summary>Writes the section.</summary>
    /// <param name="facts">Headline figures: what, value, unit.</param>
    /// <param name="text">What the network wrote, the prompt first.</param>
    /// <param name="picture">The probe's PNG file.</param>
    public static string Write(IReadOnlyList<(string What, string Value, string Unit)> facts, string text, byte[] picture)
    {
        var html = new StringBuilder();
        html.Append(
            """
            <p>A deep transformer whose <strong>skips and normalisations</strong> are taken out does not train: after a few layers of
            attention every position holds the same vector. <em>Signal-preserving attention</em> starts each layer from a matrix that
            takes one chosen kernel to the next, so that positions stay apart through any depth (He, Martens, Zhang, Botev, Brock, Smith
            and Teh, 2023).</p>
            <p>The network here has neither a skip nor a norm in any of its layers. It was trained from nothing on the plays of
            Shakespeare, character by character, with <code>deep train text</code> on one CPU core. It is far too small to mean what it
            says; that a network so deep, of these parts, learned to spell and to name who speaks is the point.</p>
            <dl class="facts">

            """);
        foreach (var (what, value, unit) in facts)
        {
            html.Append($"<div><dt>{Text(what)}</dt><dd>{Text(value)} <small>{Text(unit)}</small></dd></div>\n");
        }

        html.Append(
            $"""
            </dl>
            <h3>What it writes</h3>
            <pre class="text">{Text(text)}</pre>
            <h3>Why it could be trained</h3>
            <figure class="wide"><img src="{DataUri(picture, "image/png")}" alt="The probe of both networks, layer by layer" loading="lazy"></figure>
            <p>Both rows are networks of that size before their first step, on the text above. In the first, cosines of neighbouring and
            of distant positions stay below 1 and the gradient arrives at the first layer as it left the last. In the second, with the
            usual attention, all positions are the same after a few layers: rank collapse. Lines are measured, dashed lines the theory of
            infinite width. At so small a width the size q of the signal wanders from one draw of the weights to the next; the
            cosines do not.</p>

            """);
        html.Append(HowToGoOn);
        return html.ToString();
    }
}
