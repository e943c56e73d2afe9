using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// B batch, M rows of the byte array, C channels, N latents, D channels of a latent, O queries, E channels, K outputs

/// <summary>A <see cref="Perceiver"/>, frozen for prediction: the same numbers in a fraction of the time and memory.</summary>
/// <remarks>
/// Single-head cross-attention is folded, so that neither keys, values nor a map of a large input exist; softmax runs between the two
/// products of a block; tables of positions are kept; latents are prepared once for all queries, which are made and read in chunks.
/// Safe to call from many threads. No autograd. Dispose it to free its weights.
/// </remarks>
public sealed class InferencePerceiver : IDisposable
{
    private readonly Perceiver shell;
    private readonly FrozenEncoder encoder;
    private readonly FrozenDecoder? decoder;
    private readonly PositionTables tables = new();

    internal InferencePerceiver(Perceiver perceiver, InferenceOptions options)
    {
        options.Validate();
        (Config, Options, Device) = (perceiver.Config, options, perceiver.Latents.device);
        Precisions.Require(options.Precision, Device);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        shell = Shell(perceiver);
        shell.Preprocessor.UseTables(tables);
        encoder = new FrozenEncoder(Config, perceiver.Latents, perceiver.Encoder, options.Precision);
        decoder = shell.Decoder?.CrossAttend is null ? null : new FrozenDecoder(shell, Config, options);
    }

    /// <summary>What the network was built from.</summary>
    public PerceiverConfig Config { get; }

    /// <summary>How it was frozen.</summary>
    public InferenceOptions Options { get; }

    /// <summary>The device that it computes on.</summary>
    public Device Device { get; }

    /// <summary>The byte array of an input.</summary>
    /// <param name="input">The input, with its mask and positions if any.</param>
    /// <returns>[B, M, C] and what it is made of. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The input is not of the kind that the network takes.</exception>
    public ByteArray Preprocess(PerceiverInput input)
    {
        using var frozen = no_grad();
        return shell.Preprocess(input);
    }

    /// <summary>The latents after the encoder.</summary>
    /// <param name="input">The input.</param>
    /// <returns>[B, N, D] in 32-bit floats. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The input is not of the kind that the network takes.</exception>
    public Tensor Encode(PerceiverInput input)
    {
        using var bytes = Preprocess(input);
        return Encode(bytes);
    }

    /// <summary>The latents after the encoder.</summary>
    /// <param name="bytes">The byte array.</param>
    /// <returns>[B, N, D] in 32-bit floats. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The byte array has other channels.</exception>
    public Tensor Encode(ByteArray bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        Shapes.Require(bytes.Values, [Shapes.Any, Shapes.Any, shell.Preprocessor.Channels], "[B, M, C]");
        RequireHere(bytes.Values);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var rows = RowsThatCount(bytes.Mask);
        var values = bytes.Values.narrow(1, 0, rows ?? bytes.Values.size(1)).to_type(ScalarType.Float32);
        return encoder.Forward(values, rows is null ? bytes.Mask : bytes.Mask!.narrow(1, 0, rows.Value)).MoveToOuterDisposeScope();
    }

    /// <summary>The queries of the decoder.</summary>
    /// <param name="selection">Which outputs are asked for; null: all.</param>
    /// <param name="batch">Samples that the queries are repeated for, where they are the same for all.</param>
    /// <param name="bytes">The byte array, where queries are made from it; else null.</param>
    /// <returns>[batch, O, E]. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The decoder has no queries, or not those that are selected.</exception>
    public Tensor Queries(QuerySelection? selection = null, long batch = 1, ByteArray? bytes = null)
    {
        using var frozen = no_grad();
        return shell.Queries(selection, batch, bytes);
    }

    /// <summary>Reads outputs from latents; any number of times from the same. Queries are read in chunks.</summary>
    /// <param name="latents">[B, N, D], from <see cref="Encode(PerceiverInput)"/>.</param>
    /// <param name="queries">[1 or B, O, E]; null for a decoder without queries.</param>
    /// <param name="queryMask">[B, O] of bool, false where a query attends to nothing; null: none.</param>
    /// <returns>[B, O, K] in 32-bit floats, before postprocessing. The caller disposes it.</returns>
    /// <exception cref="ShapeException">Latents or queries are not the network's.</exception>
    public Tensor Decode(Tensor latents, Tensor? queries, Tensor? queryMask = null)
    {
        CheckLatents(latents);
        using var frozen = no_grad();
        if (decoder is null)
        {
            return shell.Decode(latents, queries, queryMask);
        }

        var channels = shell.Decoder!.QueryChannels;
        var shape = queries?.shape ?? throw new ShapeException("The decoder needs queries, but got none.");
        if (shape.Length != 3 || shape[2] != channels || (shape[0] != 1 && shape[0] != latents.size(0)))
        {
            throw new ShapeException($"Queries must be [1 or {latents.size(0)}, O, {channels}], but are {Shapes.Format(shape)}.");
        }

        if (queryMask is not null)
        {
            Shapes.Require(queryMask, [latents.size(0), shape[1]], "[B, O]");
        }

        RequireHere(queries);
        using var scope = NewDisposeScope();
        return decoder.Decode(latents.to_type(ScalarType.Float32), queries, queryMask).MoveToOuterDisposeScope();
    }

    /// <summary>The output of a network with one input and one output.</summary>
    /// <param name="input">In the preprocessor's layout.</param>
    /// <returns>The task's output; the latents [B, N, D] where there is no decoder. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The input is not of the kind that the network takes, or there are several outputs.</exception>
    public Tensor Forward(Tensor input) => Config.Decoder is MultimodalDecoderConfig
        ? throw new ShapeException("The network has several outputs: call Run.")
        : Run(PerceiverInput.Of(input)).Values.Single();

    /// <summary>The outputs.</summary>
    /// <param name="input">The input, with masks and positions if any.</param>
    /// <param name="selection">Which outputs are asked for; null: all.</param>
    /// <returns>The task's outputs by name, a single one under <see cref="Perceiver.Output"/>. The caller disposes them.</returns>
    /// <exception cref="ShapeException">The input is not of the kind that the network takes.</exception>
    public IReadOnlyDictionary<string, Tensor> Run(PerceiverInput input, QuerySelection? selection = null)
    {
        using var bytes = Preprocess(input);
        using var latents = Encode(bytes);
        return Read(latents, selection, bytes);
    }

    /// <summary>The outputs of latents, so that one encoding serves any number of questions.</summary>
    /// <param name="latents">[B, N, D], from <see cref="Encode(PerceiverInput)"/>.</param>
    /// <param name="selection">Which outputs are asked for; null: all.</param>
    /// <param name="bytes">The byte array, where queries, their mask or the output's grid come from it; else null.</param>
    /// <returns>The task's outputs by name. The caller disposes them.</returns>
    /// <exception cref="ShapeException">The latents are not the network's, or it has not what is selected.</exception>
    public IReadOnlyDictionary<string, Tensor> Read(Tensor latents, QuerySelection? selection = null, ByteArray? bytes = null)
    {
        CheckLatents(latents);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        if (shell.Decoder is null)
        {
            return new Dictionary<string, Tensor> { [Perceiver.Output] = latents.alias().MoveToOuterDisposeScope() };
        }

        var results = decoder is null
            ? shell.Outputs(shell.Decode(latents, null), null, bytes)
            : decoder.Read(latents.to_type(ScalarType.Float32), selection ?? QuerySelection.All, bytes, bytes is null ? null : shell.QueryMask(bytes, selection));
        foreach (var result in results.Values)
        {
            result.MoveToOuterDisposeScope();
        }

        return results;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        shell.Dispose();
        encoder.Dispose();
        decoder?.Dispose();
        tables.Dispose();
    }

    // Preprocessor, queries and postprocessor of the network, with an encoder as small as can be, which is never run.
    private static Perceiver Shell(Perceiver perceiver)
    {
        var least = new AttentionConfig { QueryKeyWidth = 1, ValueWidth = 1, Mlp = false };
        var shell = Perceiver.Uninitialized(
            perceiver.Config with { Latents = 1, Blocks = 1, CrossAttends = 1, LayersPerBlock = 1, CrossAttention = least, SelfAttention = least }, perceiver.Latents.device);
        shell.eval();

        // It outlives the scope of whoever freezes the network.
        foreach (var part in shell.parameters().Cast<Tensor>().Concat(shell.buffers()))
        {
            part.DetachFromDisposeScope();
        }

        var trained = perceiver.named_parameters().ToDictionary(named => named.name, named => (Tensor)named.parameter, StringComparer.Ordinal);
        foreach (var (name, parameter) in shell.named_parameters())
        {
            parameter.requires_grad_(false);
            if (name != "latents" && !name.StartsWith("encoder.", StringComparison.Ordinal))
            {
                parameter.copy_(trained[name]);
            }
        }

        var counted = perceiver.named_buffers().ToDictionary(named => named.name, named => named.buffer, StringComparer.Ordinal);
        foreach (var (name, buffer) in shell.named_buffers())
        {
            buffer.copy_(counted[name]);
        }

        return shell;
    }

    // Rows behind the last that any sample attends to change nothing, unless a sample attends to none and all count alike.
    private long? RowsThatCount(Tensor? mask)
    {
        if (mask is null || (Config.MaskedRows == MaskedRows.Uniform && !mask.any(1).all().item<bool>()))
        {
            return null;
        }

        using Scalar one = 1, end = mask.size(1) + 1;
        var last = mask.any(0).to_type(ScalarType.Int64).mul(arange(one, end, ScalarType.Int64, mask.device)).max().item<long>();
        return Math.Max(1, last);
    }

    private void CheckLatents(Tensor latents)
    {
        Shapes.Require(latents, [Shapes.Any, Shapes.Any, Config.LatentChannels], "[B, N, D]");
        RequireHere(latents);
    }

    private void RequireHere(Tensor tensor)
    {
        Shapes.RequireFloat(tensor);
        if (tensor.device_type != Device.type)
        {
            throw new ShapeException($"{Config.Name} is on {Device}, but got a tensor on {tensor.device}.");
        }
    }
}
