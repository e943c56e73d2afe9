using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

// B batch, N latents, D channels

/// <summary>The mean over latents, then a linear layer. See <see cref="AverageProjectDecoderConfig"/>. Children: norm where wished, output.</summary>
public sealed class AverageProjectDecoder : PerceiverDecoder
{
    internal AverageProjectDecoder(AverageProjectDecoderConfig decoder, PerceiverConfig config, Device? device)
        : base(decoder, config, decoder.Classes, device)
    {
        if (decoder.Norm)
        {
            Norm = LayerNorm(config.LatentChannels, device: device);
            register_module("norm", Norm);
        }
    }

    /// <summary>Normalizes the mean; null where it is not.</summary>
    public LayerNorm? Norm { get; }

    /// <summary>Null: nothing is asked.</summary>
    /// <inheritdoc/>
    public override (Tensor Values, IReadOnlyDictionary<string, long> Sizes)? Queries(QuerySelection selection, ByteArray? bytes, Device device) => null;

    /// <summary>[B, 1, classes], whatever the queries are.</summary>
    /// <inheritdoc/>
    public override Tensor Decode(Tensor latents, Tensor? queries, Tensor? queryMask = null, Action<Tensor>? map = null)
    {
        ArgumentNullException.ThrowIfNull(latents);
        using var scope = NewDisposeScope();
        var mean = latents.mean([1], keepdim: true);
        return Output!.call(Norm?.call(mean) ?? mean).MoveToOuterDisposeScope();
    }

    /// <summary>[B, classes].</summary>
    /// <inheritdoc/>
    public override Tensor Arrange(Tensor decoded, ByteArray? bytes)
    {
        ArgumentNullException.ThrowIfNull(decoded);
        return decoded.select(1, 0);
    }
}
