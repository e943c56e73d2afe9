using Deep.Nn;
using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Nowcast;

// M members, Z noise channels, L latent channels, h x w latent pixels, P positions, F features

/// <summary>The latent stack with packed weights, in 32-bit floats; its attention sees the latents of the whole frame.</summary>
internal sealed class FrozenLatent : IDisposable
{
    private readonly FrozenConvolution entry;
    private readonly List<(FrozenConvolution First, FrozenConvolution Last, FrozenConvolution? NewChannels)> blocks = [];
    private readonly FrozenConvolution query;
    private readonly FrozenConvolution key;
    private readonly FrozenConvolution value;
    private readonly FrozenConvolution last;
    private readonly AttentionAxes axes;

    public FrozenLatent(LatentConditioningStack stack)
    {
        using var scope = NewDisposeScope();
        entry = Fold.Convolution(stack.First, Precision.Float32);
        foreach (var block in stack.Blocks)
        {
            blocks.Add((
                Fold.Convolution(block.First, FusedActivation.Relu),
                Fold.Convolution(block.Last),
                block.NewChannels.OutputChannels == 0 ? null : Fold.Convolution(block.NewChannels)));
        }

        var attention = stack.Attention;
        axes = attention.Axes;
        (query, key, value) = (Fold.Convolution(attention.Query), Fold.Convolution(attention.Key), Fold.Convolution(attention.Value));
        last = Fold.Packed(attention.Last.Weight.detach().mul(attention.Gamma.detach()), null, Precision.Float32);
    }

    /// <summary>The latent representation of noise.</summary>
    /// <param name="noise">[M, Z, h, w].</param>
    /// <returns>[M, L, h, w], channels-last. The caller disposes it.</returns>
    public Tensor Forward(Tensor noise)
    {
        using var scope = NewDisposeScope();
        var x = entry.Forward(noise);
        for (var block = 0; block < blocks.Count; block++)
        {
            x = Block(blocks[block], block == blocks.Count - 1 ? Attend(x) : x);
        }

        return x.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var (first, second, newChannels) in blocks)
        {
            first.Dispose();
            second.Dispose();
            newChannels?.Dispose();
        }

        entry.Dispose();
        query.Dispose();
        key.Dispose();
        value.Dispose();
        last.Dispose();
    }

    private static Tensor Block((FrozenConvolution First, FrozenConvolution Last, FrozenConvolution? NewChannels) block, Tensor x)
    {
        using var scope = NewDisposeScope();
        var main = block.Last.Forward(block.First.Forward(x.relu()));
        return main.PlusInPlace(block.NewChannels is null ? x : cat([x, block.NewChannels.Forward(x)], 1)).MoveToOuterDisposeScope();
    }

    private Tensor Attend(Tensor x)
    {
        using var scope = NewDisposeScope();
        var queries = query.Forward(x);
        var attended = StreamedAttention.Attend(Rows(queries), Rows(key.Forward(x)), Rows(value.Forward(x))); // [M, P, F]
        var picture = axes == AttentionAxes.Spatial ? attended.transpose(1, 2).reshape(queries.shape) : attended.reshape(queries.shape);
        return last.Forward(picture).PlusInPlace(x).MoveToOuterDisposeScope();
    }

    // [M, 1, P, F]: pixels with their channels, or openclimatefix's channels and rows with their columns.
    private Tensor Rows(Tensor x) => (axes == AttentionAxes.Spatial ? x.flatten(2).transpose(1, 2) : x.flatten(1, 2)).unsqueeze(1);
}
