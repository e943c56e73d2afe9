using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

// B batch, M rows of the byte array, C channels, N latents, D channels of a latent

/// <summary>
/// Cross-attends that read the byte array into the latents, and blocks of self-attention between them (Perceiver,
/// figure 1; Perceiver IO, figure 2, left).
/// </summary>
/// <remarks>
/// Children: cross_attends.{i} and blocks.{b}.{l}, where i and b count distinct sets of weights; what is shared is
/// registered once.
/// </remarks>
public sealed class PerceiverEncoder : Module<Tensor, Tensor, Tensor>
{
    private readonly PerceiverConfig config;

    /// <summary>The encoder of <paramref name="config"/>.</summary>
    /// <param name="config">The network.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    public PerceiverEncoder(PerceiverConfig config, Device? device = null)
        : base(nameof(PerceiverEncoder))
    {
        ArgumentNullException.ThrowIfNull(config);
        this.config = config;
        CrossAttends = new ModuleList<CrossAttend>([.. Enumerable.Range(0, config.DistinctCrossAttends).Select(_ =>
            new CrossAttend(config.LatentChannels, config.Preprocessor.Channels, config.CrossAttention, config.UseQueryResidual,
                config.Gelu, config.MaskedRows, device))]);
        Blocks = new ModuleList<ModuleList<SelfAttend>>([.. Enumerable.Range(0, config.DistinctBlocks).Select(_ =>
            new ModuleList<SelfAttend>([.. Enumerable.Range(0, config.LayersPerBlock).Select(_ =>
                new SelfAttend(config.LatentChannels, config.SelfAttention, config.Gelu, device))]))]);
        register_module("cross_attends", CrossAttends);
        register_module("blocks", Blocks);
    }

    /// <summary>The distinct cross-attends.</summary>
    public ModuleList<CrossAttend> CrossAttends { get; }

    /// <summary>The distinct blocks, each a list of layers.</summary>
    public ModuleList<ModuleList<SelfAttend>> Blocks { get; }

    /// <summary>The cross-attend at the start of a block; null where the block begins without one.</summary>
    /// <param name="block">The block, from 0.</param>
    public CrossAttend? CrossAttendOf(int block) =>
        block < config.CrossAttends ? CrossAttends[Set(block, config.CrossSharing)] : null;

    /// <summary>The layers of a block.</summary>
    /// <param name="block">The block, from 0.</param>
    public ModuleList<SelfAttend> LayersOf(int block) => Blocks[Set(block, config.BlockSharing)];

    /// <summary>Encodes, without a mask.</summary>
    /// <param name="latents">The initial latents [1 or B, N, D].</param>
    /// <param name="bytes">[B, M, C].</param>
    /// <returns>[B, N, D]. The caller disposes it.</returns>
    public override Tensor forward(Tensor latents, Tensor bytes) => forward(latents, bytes, null);

    /// <summary>Encodes.</summary>
    /// <param name="latents">The initial latents [1 or B, N, D].</param>
    /// <param name="bytes">The byte array [B, M, C].</param>
    /// <param name="mask">[B, M] of bool, true where a row may be attended to; null: all.</param>
    /// <param name="trace">Collects attention maps and latents; null: nothing is collected.</param>
    /// <returns>[B, N, D]. The caller disposes it.</returns>
    public Tensor forward(Tensor latents, Tensor bytes, Tensor? mask, PerceiverTrace? trace = null)
    {
        using var scope = NewDisposeScope();
        var z = latents;
        for (var block = 0; block < config.Blocks; block++)
        {
            if (CrossAttendOf(block) is { } cross)
            {
                z = Next(z, cross.forward(z, bytes, mask, map: trace is null ? null : trace.AddEncoderCross));
                trace?.AddLatents(z);
            }

            foreach (var layer in LayersOf(block))
            {
                z = Next(z, trace is null ? layer.call(z) : layer.forward(z, trace.AddSelfAttention));
                trace?.AddLatents(z);
            }
        }

        return z.MoveToOuterDisposeScope();

        // Without gradients nothing else holds the latents of the layer before.
        Tensor Next(Tensor before, Tensor after)
        {
            if (!after.requires_grad && !ReferenceEquals(before, latents))
            {
                before.Dispose();
            }

            return after;
        }
    }

    /// <summary>
    /// Nothing: every child has an explicit name, and the parent's registration would add each field once more.
    /// </summary>
    protected override void RegisterComponents()
    {
    }

    private static int Set(int index, Sharing sharing) => sharing switch
    {
        Sharing.All => 0,
        Sharing.AllButFirst => Math.Min(index, 1),
        _ => index,
    };
}
