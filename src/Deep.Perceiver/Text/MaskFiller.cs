using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// N texts, M tokens, K hidden places

/// <summary>Fills hidden bytes of texts: text with gaps in, whole text out.</summary>
/// <remarks>
/// Perceiver IO, section 4.1. Only the hidden places are decoded, and a text costs its own length, not the model's
/// longest. Hide a word together with the space before it: the model knows its length then. Safe for use by many threads
/// at once. Disposing waits for calls that run; later ones throw <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed partial class MaskFiller : IDisposable
{
    private readonly ServedPerceiver served;
    private readonly MaskFillerOptions options;
    private readonly int maxLength;

    /// <summary>A filler on a copy of a network's weights.</summary>
    /// <param name="network">A language model of bytes, in any mode; it stays the caller's.</param>
    /// <param name="options">How to compute; model, configuration and device are the network's. Null: the
    /// defaults.</param>
    /// <param name="logger">Told what is loaded and filled; null: nobody.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, or the network is no language model of
    /// bytes.</exception>
    /// <exception cref="DeviceException">The device does not compute in that precision.</exception>
    public MaskFiller(Perceiver network, MaskFillerOptions? options = null, ILogger<MaskFiller>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        this.options = (MaskFillerOptions)(options ?? new()).Copy();
        this.options.Validate();
        maxLength = TaskShapes.TokensOf(network.Config);
        served = new ServedPerceiver(network, this.options, nameof(MaskFiller), logger);
    }

    /// <summary>What the network was built from.</summary>
    public PerceiverConfig Config => served.Config;

    /// <summary>Loads a filler.</summary>
    /// <param name="model">A checkpoint's path, <c>hf:owner/name[@revision]</c>, or a variant with published
    /// weights.</param>
    /// <param name="options">How to load and compute; null: the defaults.</param>
    /// <param name="logger">Told what is loaded and filled; null: nobody.</param>
    /// <returns>The filler. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException">The model is not found or is no language model of bytes, or an option is
    /// out of its range.</exception>
    /// <exception cref="Checkpoints.CheckpointException">The file is damaged or holds no Perceiver.</exception>
    /// <exception cref="Hub.HubException">The hub does not give the model.</exception>
    /// <exception cref="DeviceException">The device or the precision is not there.</exception>
    public static MaskFiller Load(string model, MaskFillerOptions? options = null, ILogger<MaskFiller>? logger = null) =>
        ServedPerceiver.Load(model, options ??= new(), logger, (network, _) => new MaskFiller(network, options, logger));

    /// <summary>Loads a filler from an open checkpoint, such as an embedded resource.</summary>
    /// <param name="source">The checkpoint; it may be disposed afterwards.</param>
    /// <param name="options">How to load and compute; null: the defaults.</param>
    /// <param name="logger">Told what is loaded and computed; null: nobody.</param>
    /// <returns>The filler. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException">The model is not made for this, or an option is out of its
    /// range.</exception>
    /// <exception cref="Checkpoints.CheckpointException">The checkpoint holds no Perceiver.</exception>
    /// <exception cref="DeviceException">The device or the precision is not there.</exception>
    public static MaskFiller Load(Checkpoints.ICheckpoint source, MaskFillerOptions? options = null,
        ILogger<MaskFiller>? logger = null) =>
        ServedPerceiver.Load(source, options ??= new(), logger,
            (network, _) => new MaskFiller(network, options, logger));

    /// <summary>Fills a text in which each mask string stands for one hidden byte.</summary>
    /// <param name="text">The text, such as <c>"a sentence where words are[MASK][MASK][MASK]"</c>.</param>
    /// <param name="order">All at once, or the surest first.</param>
    /// <returns>The filled text; the text itself where nothing is hidden.</returns>
    /// <exception cref="ShapeException">The text has more tokens than the model takes.</exception>
    public FilledText Fill(string text, FillOrder order = FillOrder.AtOnce) => Fill([text], order)[0];

    /// <summary>Fills parts of a text, which are hidden byte for byte: the model does not see them.</summary>
    /// <param name="text">The text.</param>
    /// <param name="spans">Its hidden parts, in characters; best with the space before a word.</param>
    /// <param name="order">All at once, or the surest first.</param>
    /// <param name="cancellationToken">Ends it between two passes.</param>
    /// <returns>The filled text.</returns>
    /// <exception cref="ShapeException">The text has more tokens than the model takes, or a span lies outside of
    /// it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public FilledText Fill(string text, IReadOnlyList<Range> spans, FillOrder order = FillOrder.AtOnce,
        CancellationToken cancellationToken = default) =>
        Fill([HiddenText.Of(text, spans, options.Form, maxLength)], order, cancellationToken)[0];

    /// <summary>Fills several texts, so many at once as the options say.</summary>
    /// <param name="texts">Texts in which each mask string stands for one hidden byte; none is allowed.</param>
    /// <param name="order">All at once, or the surest first.</param>
    /// <param name="cancellationToken">Ends it between two passes.</param>
    /// <returns>The filled texts, in order.</returns>
    /// <exception cref="ShapeException">A text has more tokens than the model takes.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<FilledText> Fill(
        IReadOnlyList<string> texts, FillOrder order = FillOrder.AtOnce, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Fill(
            [.. texts.Select(text => HiddenText.Of(text, options.MaskString, options.Form, maxLength))], order, cancellationToken);
    }

    /// <summary>Waits for calls that run, then frees the network.</summary>
    public void Dispose() => served.Dispose();

    private IReadOnlyList<FilledText> Fill(HiddenText[] texts, FillOrder order, CancellationToken cancellationToken)
    {
        Require.That(Enum.IsDefined(order), nameof(order), "an order of the enumeration", order);
        var watch = Stopwatch.StartNew();
        var hidden = texts.Sum(text => text.Hidden.Count);
        while (true)
        {
            HiddenText[] open = [.. texts.Where(text => text.Open.Count > 0)];
            if (open.Length == 0)
            {
                LogFilled(served.Logger, hidden, texts.Length, watch.Elapsed.TotalMilliseconds);
                return [.. texts.Select(text => text.ToResult())];
            }

            // Texts of one length share a batch with little filling.
            foreach (var batch in open.OrderBy(text => text.Tokens.Length).Chunk(options.BatchSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Step(batch, order);
            }
        }
    }

    private void Step(HiddenText[] batch, FillOrder order)
    {
        var guesses = Guess(batch);
        for (var n = 0; n < batch.Length; n++)
        {
            int[] places = [.. batch[n].Open];
            var surest = order == FillOrder.AtOnce ? -1
                : Enumerable.Range(0, places.Length).MaxBy(k => guesses[n][k][0].Probability);
            for (var k = 0; k < places.Length; k++)
            {
                if (surest < 0 || k == surest)
                {
                    batch[n].Fill(places[k], guesses[n][k]);
                }
            }
        }
    }

    // For each text and open place the most probable bytes.
    private IReadOnlyList<ByteGuess>[][] Guess(HiddenText[] batch) => served.Use(network =>
    {
        var tokens = TokenBatch.Of([.. batch.Select(text => text.Tokens)]);
        var even = Array.TrueForAll(batch, text => text.Tokens.Length == tokens.Length);
        var latents = network.Encode(PerceiverInput.Of(
            tokens.ToTensor(network.Device), even ? null : tokens.MaskTensor(network.Device)));
        return batch.Select((text, n) => Guess(network, latents.narrow(0, n, 1), text.Open)).ToArray();
    });

    private IReadOnlyList<ByteGuess>[] Guess(InferencePerceiver network, Tensor latents, List<int> places)
    {
        var asked = tensor(places.Select(place => (long)place).ToArray(), device: network.Device);
        var logits = network.Read(latents, QuerySelection.Of(asked))[Perceiver.Output].to(ScalarType.Float32);
        var (best, bytes) = logits.softmax(-1).narrow(-1, ByteTokenizer.FirstByte, 256).topk(options.Top, dim: -1);
        var values = best.cpu().contiguous().data<float>().ToArray();
        var indices = bytes.cpu().contiguous().data<long>().ToArray();
        return [.. values.Zip(indices, (value, index) => new ByteGuess((byte)index, value)).Chunk(options.Top)];
    }

    [LoggerMessage(2, LogLevel.Debug, "Filled {Bytes} bytes of {Texts} texts in {Milliseconds:0.0} ms")]
    private static partial void LogFilled(ILogger logger, int bytes, int texts, double milliseconds);
}
