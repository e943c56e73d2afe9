using static TorchSharp.torch;

namespace Deep.Perceivers;

// B batch, H heads, N latents, D channels, M rows of the byte array, O queries

/// <summary>What happened inside a network: attention maps, and latents between layers. Dispose it to free them.</summary>
public sealed class PerceiverTrace : IDisposable
{
    private readonly List<Tensor> encoderCross = [];
    private readonly List<Tensor> selfAttention = [];
    private readonly List<Tensor> latents = [];

    /// <summary>The map [B, H, N, M] of each cross-attend of the encoder, in order.</summary>
    public IReadOnlyList<Tensor> EncoderCross => encoderCross;

    /// <summary>The map [B, H, N, N] of each latent self-attention layer, in order.</summary>
    public IReadOnlyList<Tensor> SelfAttention => selfAttention;

    /// <summary>The latents [B, N, D] after each cross-attend and each layer, in order; the last are what is decoded.</summary>
    public IReadOnlyList<Tensor> Latents => latents;

    /// <summary>The map [B, H, O, N] of the decoder; null where it has no queries.</summary>
    public Tensor? DecoderCross { get; private set; }

    /// <summary>What is decoded, before postprocessing, [B, O, K]; null without a decoder.</summary>
    public Tensor? Decoded { get; private set; }

    /// <summary>Frees all of it.</summary>
    public void Dispose()
    {
        encoderCross.ForEach(map => map.Dispose());
        selfAttention.ForEach(map => map.Dispose());
        latents.ForEach(z => z.Dispose());
        DecoderCross?.Dispose();
        Decoded?.Dispose();
    }

    internal void AddEncoderCross(Tensor map) => encoderCross.Add(map);

    internal void AddSelfAttention(Tensor map) => selfAttention.Add(map);

    internal void AddLatents(Tensor z) => latents.Add(z.alias().DetachFromDisposeScope());

    internal void SetDecoderCross(Tensor map) => DecoderCross = map;

    internal void SetDecoded(Tensor decoded) => Decoded = decoded.alias().DetachFromDisposeScope();
}
