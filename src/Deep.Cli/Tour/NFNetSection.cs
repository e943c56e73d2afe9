using System.Text;
using Deep.Cli.Training;
using Deep.NFNets;
using static Deep.Cli.Tour.TourPage;

namespace Deep.Cli.Tour;

/// <summary>Writes the NFNet chapter's part of the page.</summary>
internal static class NFNetSection
{
    private const string HowToGoOn =
        """
        <div class="columns">
        <div>
        <h3>Name your own pictures</h3>
        <pre><code>deep classify photo.jpg holiday/ --sheet sheet.png
        <span class="note"># a thousand words instead of ten: downloads 286 MB once</span>
        deep classify photo.jpg --model hf:timm/dm_nfnet_f0.dm_in1k</code></pre>
        <h3>Train on your own classes</h3>
        <pre><code><span class="note"># one folder of pictures per class</span>
        deep train images photos/ --epochs 30 --out runs/photos
        deep classify new.jpg --model runs/photos/model.safetensors
        <span class="note"># or start from what a network knows already</span>
        deep finetune images photos/</code></pre>
        </div>
        <div>
        <h3>Use it in C#</h3>
        <pre><code>using Deep.NFNets;

        using var model = ImageClassifier.Load("model.safetensors");
        foreach (var guess in model.Classify("photo.jpg", top: 3))
        {
            Console.WriteLine($"{guess.Label} {guess.Probability}");
        }</code></pre>
        <p>More: <code>samples/ClassifyPhotos</code>, <code>samples/ClassifyApi</code>, <code>samples/CustomHead</code>.</p>
        </div>
        </div>
        """;

    /// <summary>Writes the section.</summary>
    /// <param name="facts">Headline figures: what, value, unit.</param>
    /// <param name="pictures">The pictures with what the network said, most probable first.</param>
    /// <param name="sheetFile">The contact sheet's file name, in the page's own folder.</param>
    /// <param name="history">How the model was trained; empty where that is not known.</param>
    public static string Write(
        IReadOnlyList<(string What, string Value, string Unit)> facts,
        IReadOnlyList<(GalleryPicture Picture, IReadOnlyList<Prediction> Top)> pictures,
        string sheetFile,
        IReadOnlyList<EpochRecord> history)
    {
        var html = new StringBuilder();
        html.Append(
            """
            <p>A <strong>Normalizer-Free network</strong> names pictures without batch normalization. Each convolution
            keeps the variance of its signal by standardizing its own weights, each residual branch is scaled by what
            it should add, and <em>adaptive gradient clipping</em> keeps training stable at large batches and learning
            rates (Brock, De, Smith and Simonyan, 2021).</p>
            <p>The one here is small: it was trained with <code>deep train images</code> on two CPU cores in under an
            hour, on 20,000 pictures of 32 × 32 pixels, and knows ten words. The same code builds and loads every
            published NFNet up to F7+.</p>
            <dl class="facts">

            """);
        foreach (var (what, value, unit) in facts)
        {
            html.Append($"<div><dt>{Text(what)}</dt><dd>{Text(value)} <small>{Text(unit)}</small></dd></div>\n");
        }

        html.Append("</dl>\n<h3>What it sees</h3>\n<ul class=\"sheet\">\n");
        foreach (var (picture, top) in pictures)
        {
            AppendCard(html, picture, top);
        }

        html.Append("</ul>\n");
        html.Append(
            $"""
            <p>The same as one picture: <a href="{Text(sheetFile)}">{Text(sheetFile)}</a>. A bar is the probability that
            the network gives to a word; the probabilities of all its words add up to 100 %, so a thing that it has no
            word for still gets one. The pictures were chosen with the answers of an earlier network in view: they show this
            one at work and measure nothing. Its accuracy, on 5,000 pictures that nobody chose, stands in
            <code>docs/results/nfnet-cifar10.md</code>.</p>

            """);
        if (history.Count > 1)
        {
            AppendTraining(html, history);
        }

        html.Append(HowToGoOn);
        return html.ToString();
    }

    private static void AppendTraining(StringBuilder html, IReadOnlyList<EpochRecord> history)
    {
        var last = history[^1];
        html.Append(
            $"""
            <h3>How it learned</h3>
            {TrainingCurve.Write(history)}
            <p>{Number(last.Epoch, "F0")} epochs in {Number(last.Seconds / 60, "F0")} minutes took it to
            {Number(100 * last.TestAccuracy, "F1")} % of the test pictures, each tested with the averaged weights. Its training
            pictures are cropped, mirrored and mixed with each other, which is why their own curves are the worse ones.</p>

            """);
    }

    private static string Verdict(GalleryPicture picture, Prediction best) => picture.Label == best.Label
        ? "<small class=\"same\" title=\"a person says the same\">✓</small>"
        : $"<small>a person: {Text(picture.Label)}</small>";

    private static void AppendCard(StringBuilder html, GalleryPicture picture, IReadOnlyList<Prediction> top)
    {
        html.Append(
            $"""
            <li><figure>
            <img src="{DataUri(picture.Jpeg, "image/jpeg")}" alt="{Text(picture.Name)}" loading="lazy">
            <figcaption>
            <div class="name">{Text(top[0].Label)} {Verdict(picture, top[0])}</div>
            <div class="bars">

            """);
        for (var i = 0; i < top.Count; i++)
        {
            var first = i == 0 ? " class=\"first\"" : "";
            var percent = 100 * top[i].Probability;
            html.Append(
                $"""
                <span{first}>{Text(top[i].Label)}</span>
                <i{first}><b style="width:{Number(percent, "F1")}%"></b></i>
                <span class="value">{Number(percent, "F0")} %</span>

                """);
        }

        html.Append("</div>\n</figcaption>\n</figure></li>\n");
    }
}
