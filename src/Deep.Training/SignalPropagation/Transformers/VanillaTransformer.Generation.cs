using System.Runtime.CompilerServices;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

public sealed partial class VanillaTransformer
{
    /// <summary>An empty cache for <see cref="Next"/>.</summary>
    /// <returns>The cache. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException">The model is not a causal language model.</exception>
    public KeyValueCache NewCache()
    {
        ConfigurationRequirement.That(
            Config.Causal && Config.Patches is null, nameof(VanillaTransformerConfig), nameof(Config.Causal), "true, with tokens, for generation", Config.Causal);
        return new(this);
    }

    /// <summary>Reads the next tokens of sequences whose beginning is in the cache: what the whole sequence would give, without its cost.</summary>
    /// <param name="tokens">[N, T], int64, T of 1 or more; N as before.</param>
    /// <param name="cache">The positions before; the new ones are added.</param>
    /// <returns>[N, T, V], the logits of the new positions. No gradient. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="tokens"/> are no such batch, or more than the learned positions.</exception>
    /// <exception cref="ConfigurationException">The cache belongs to another model.</exception>
    public Tensor Next(Tensor tokens, KeyValueCache cache)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(cache);
        ConfigurationRequirement.That(ReferenceEquals(cache.Model, this), nameof(KeyValueCache), nameof(cache.Model), "this model", "another");
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var x = Embedding.Embed(tokens, cache.Length);
        var logits = OutputHead.call(Hidden(x, cache.Length, cache));
        cache.Length += x.size(1);
        return logits.MoveToOuterDisposeScope();
    }

    /// <summary>Continues a text, token by token.</summary>
    /// <param name="prompt">The tokens before, 1 or more.</param>
    /// <param name="options">Length, temperature, top-k, top-p, seed; null: the defaults.</param>
    /// <param name="cancellation">Ends the text.</param>
    /// <returns>The new tokens, each computed when it is asked for; no tensor but the cache is alive in between.</returns>
    /// <exception cref="ConfigurationException">An option is out of range, or the model is not a causal language model.</exception>
    /// <exception cref="ShapeException">The prompt is empty or has tokens that are not in the vocabulary.</exception>
    public IEnumerable<long> Generate(IReadOnlyList<long> prompt, GenerationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        options ??= new();
        options.Validate();
        NewCache().Dispose();
        ConfigurationRequirement.That(
            Config.Positions != PositionEncoding.Learned || options.Window <= Config.Length, nameof(GenerationOptions), nameof(options.Window),
            $"at most the model's {Config.Length} learned positions", options.Window);
        if (prompt.Count == 0 || prompt.Any(token => token < 0 || token >= Config.Vocabulary))
        {
            throw new ShapeException($"The prompt must be one token or more between 0 and {Config.Vocabulary - 1}, but is [{string.Join(", ", prompt.Take(8))}].");
        }

        return Continue(prompt, options, cancellation);
    }

    /// <summary>Continues a text as <see cref="Generate"/> does, on a thread of the pool.</summary>
    /// <param name="prompt">The tokens before, 1 or more.</param>
    /// <param name="options">Length, temperature, top-k, top-p, seed; null: the defaults.</param>
    /// <param name="cancellation">Ends the text.</param>
    /// <returns>The new tokens.</returns>
    /// <exception cref="ConfigurationException">An option is out of range, or the model is not a causal language model.</exception>
    /// <exception cref="ShapeException">The prompt is empty or has tokens that are not in the vocabulary.</exception>
    public IAsyncEnumerable<long> GenerateAsync(
        IReadOnlyList<long> prompt, GenerationOptions? options = null, CancellationToken cancellation = default) =>
        OnPool(Generate(prompt, options, cancellation), cancellation);

    private static async IAsyncEnumerable<long> OnPool(IEnumerable<long> tokens, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var enumerator = tokens.GetEnumerator();
        while (await Task.Run(enumerator.MoveNext, cancellation).ConfigureAwait(false))
        {
            yield return enumerator.Current;
        }
    }

    private IEnumerable<long> Continue(IReadOnlyList<long> prompt, GenerationOptions options, CancellationToken cancellation)
    {
        using var cache = NewCache();
        var window = options.Window == 0 ? Config.Length : options.Window;
        var unread = prompt.Skip(Math.Max(0, prompt.Count - window)).ToList();
        var seen = new List<long>();
        for (var count = 0; count < options.Tokens; count++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (cache.Length + unread.Count > window)
            {
                var rest = window - (window / 2);
                unread = [.. seen.Concat(unread).TakeLast(rest)];
                seen.Clear();
                cache.Clear();
            }

            var token = Sample(unread, cache, options, new RandomState(options.Seed, (ulong)count));
            if (token == options.StopToken)
            {
                yield break;
            }

            seen.AddRange(unread);
            unread = [token];
            yield return token;
        }
    }

    // Scopes and gradient modes belong to a thread, so they are opened and closed between two tokens.
    private long Sample(List<long> unread, KeyValueCache cache, GenerationOptions options, RandomState random)
    {
        using var scope = NewDisposeScope();
        var logits = Next(tensor(unread, [1, unread.Count], device: Embedding.Tokens!.device), cache);
        var last = logits.narrow(1, unread.Count - 1, 1).reshape(-1).to(ScalarType.Float32).cpu();
        return TokenSampler.Draw(last.data<float>().ToArray(), options, random);
    }
}
