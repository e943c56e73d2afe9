using System.Text;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Perceivers.Recipes;

// N windows, T bytes

/// <summary>The training batches of a text for masked language modelling: windows of bytes with hidden words.</summary>
/// <remarks>
/// Windows come as in <see cref="TextBatches"/>: about each byte once in an epoch, at other places in each. Which words
/// are hidden follows from the masking's seed and the window's number in the run, so a window that comes again has
/// others hidden. Safe for many readers.
/// </remarks>
public sealed class MaskedByteBatches : IBatchSource<MaskedBytes>
{
    private readonly TextBatches _windows;
    private readonly TextBatchOptions _options;
    private readonly WordMasking _masking;
    private readonly long _copySteps;

    /// <summary>The batches of a text.</summary>
    /// <param name="bytes">The text as tokens of bytes (<see cref="Bytes"/>).</param>
    /// <param name="options">The size of the windows and their number.</param>
    /// <param name="masking">Which words are hidden; null: 15 %, as in the paper, by the seed of the options.</param>
    /// <param name="copySteps">
    /// Steps at the start, 0 or more, in which the words that are not hidden are labels too. To copy them a small model learns
    /// within some hundred steps which latent holds which place; without, it needs many thousand. Default 0, the paper's.
    /// </param>
    /// <exception cref="TextException">The text is shorter than a window.</exception>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public MaskedByteBatches(TokenSequence bytes, TextBatchOptions options, WordMasking? masking = null, long copySteps = 0)
    {
        _windows = new TextBatches(bytes, options);
        (_options, _masking) = (options, masking ?? new WordMasking { Seed = (long)options.Seed });
        _masking.Validate();
        _copySteps = copySteps >= 0 ? copySteps : throw new ConfigurationException(nameof(copySteps), "0 or more", copySteps);
    }

    /// <inheritdoc/>
    public long StepsPerEpoch => _windows.StepsPerEpoch;

    /// <summary>A text as tokens of bytes: UTF-8, each 6 above its value.</summary>
    /// <param name="name">What errors call it.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="TextException">The text is empty.</exception>
    public static TokenSequence Bytes(string name, string text) => new(
        name, Array.ConvertAll(Encoding.UTF8.GetBytes(text), value => value + ByteTokenizer.FirstByte), ByteTokenizer.VocabularySize);

    /// <summary>Windows of a text side by side, with words hidden by a masking and the windows' places.</summary>
    /// <param name="bytes">The text as tokens of bytes.</param>
    /// <param name="context">T, 1 or more.</param>
    /// <param name="first">The first window.</param>
    /// <param name="count">Their number, 1 or more.</param>
    /// <param name="masking">Which words are hidden.</param>
    /// <param name="device">Where the batch is put, by default the CPU.</param>
    /// <returns>A new batch; the caller disposes it.</returns>
    /// <exception cref="TextException">The text ends before.</exception>
    public static MaskedBytes SideBySide(
        TokenSequence bytes, int context, int first, int count, WordMasking masking, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(masking);
        if (((long)first + count) * context > bytes.Count)
        {
            throw new TextException(bytes.Name, $"expected {((long)first + count) * context:N0} bytes or more, found {bytes.Count:N0}.");
        }

        return Hidden(bytes.Tokens.Slice(first * context, count * context), context, first, masking, device ?? CPU);
    }

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">The batch cannot be read in this number of parts.</exception>
    public MaskedBytes Read(long stepNumber, int part, int parts)
    {
        var (first, _) = BatchParts.Items(_options.BatchSize, stepNumber, part, parts);
        using var windows = _windows.Read(stepNumber, part, parts);
        using var onCpu = windows.Tokens.cpu();
        var tokens = Array.ConvertAll(onCpu.data<long>().ToArray(), token => (int)token);
        var masking = stepNumber < _copySteps ? _masking with { Rate = 1, KeepRate = 1 - _masking.Rate, RandomRate = 0 } : _masking;
        return Hidden(tokens, _options.Context, first, masking, _options.Device ?? CPU);
    }

    private static MaskedBytes Hidden(ReadOnlySpan<int> tokens, int context, long first, WordMasking masking, Device device)
    {
        var rows = tokens.Length / context;
        var (seen, labels) = (new long[tokens.Length], new long[tokens.Length]);
        for (var row = 0; row < rows; row++)
        {
            var masked = masking.Apply(tokens.Slice(row * context, context), first + row);
            for (var i = 0; i < context; i++)
            {
                seen[(row * context) + i] = masked.Tokens[i];
                labels[(row * context) + i] = masked.Labels[i];
            }
        }

        return new MaskedBytes(
            tensor(seen, [rows, context], ScalarType.Int64, device), tensor(labels, [rows, context], ScalarType.Int64, device));
    }
}
