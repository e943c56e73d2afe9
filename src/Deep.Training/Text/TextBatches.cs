using static TorchSharp.torch;

namespace Deep.Training;

// N windows, T positions

/// <summary>The training batches of a text: windows of one length, shuffled, at other places in each epoch.</summary>
/// <remarks>
/// An epoch cuts the text into windows that lie side by side, from a start that is drawn anew for it, so that a window
/// of one epoch is none of the next; each token is seen about once in it. Batches take windows on through the end of an
/// epoch into the next. Start and order are a function of (seed, epoch), and the windows of a step of these alone:
/// nothing depends on what was read before. Safe for many readers.
/// </remarks>
public sealed class TextBatches : IBatchSource<TokenBatch>
{
    private readonly TokenSequence _text;
    private readonly TextBatchOptions _options;
    private readonly Lock _ordering = new();
    private (long Epoch, int[] Starts) _starts = (-1, []);
    private (long Epoch, int[] Starts) _startsBefore = (-1, []);

    /// <summary>The batches of a text.</summary>
    /// <param name="text">The tokens.</param>
    /// <param name="options">The size of the windows and their number.</param>
    /// <exception cref="TextException">The text is shorter than a window and the token after it.</exception>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public TextBatches(TokenSequence text, TextBatchOptions options)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        text.RequireContext(options.Context);
        (_text, _options) = (text, options);
        WindowsPerEpoch = Math.Max(1, (text.Count - options.Context) / options.Context);
    }

    /// <summary>The windows of an epoch, 1 or more.</summary>
    public int WindowsPerEpoch { get; }

    /// <inheritdoc/>
    public long StepsPerEpoch => (WindowsPerEpoch + _options.BatchSize - 1) / _options.BatchSize;

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">The batch cannot be read in this number of parts.</exception>
    public TokenBatch Read(long stepNumber, int part, int parts)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stepNumber);
        if (parts < 1 || _options.BatchSize % parts != 0 || part < 0 || part >= parts)
        {
            throw new ConfigurationException("micro-batches", $"a divisor of the batch of {_options.BatchSize}", parts);
        }

        var count = _options.BatchSize / parts;
        var first = (stepNumber * _options.BatchSize) + ((long)part * count);
        var starts = new int[count];
        for (var i = 0; i < count; i++)
        {
            starts[i] = StartOf(first + i);
        }

        return TokenBatch.At(_text.Tokens, starts, _options.Context, _options.Device ?? CPU);
    }

    private int StartOf(long window) => StartsOf(window / WindowsPerEpoch)[window % WindowsPerEpoch];

    // Two epochs are kept: readers that read ahead are in two at once at the end of each.
    private int[] StartsOf(long epoch)
    {
        lock (_ordering)
        {
            if (_startsBefore.Epoch == epoch)
            {
                return _startsBefore.Starts;
            }

            if (_starts.Epoch != epoch)
            {
                _startsBefore = _starts;
                _starts = (epoch, Draw(epoch));
            }

            return _starts.Starts;
        }
    }

    private int[] Draw(long epoch)
    {
        var (context, windows) = (_options.Context, WindowsPerEpoch);
        var places = Math.Min(context, _text.Count - (windows * context));
        var shift = new RandomState(_options.Seed, (ulong)RandomStream.TextShift, (ulong)epoch).NextInt32(places);
        return Array.ConvertAll(DataOrder.Of(windows, _options.Seed, epoch), window => shift + (window * context));
    }
}
