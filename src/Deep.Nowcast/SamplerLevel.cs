using static TorchSharp.torch;

namespace Deep.Nowcast;

/// <summary>One resolution of the sampler: recurrent unit, 1 x 1 convolution, G block, G block that doubles the sides.</summary>
/// <param name="Gru">The recurrent unit.</param>
/// <param name="Projection">From state to latent channels.</param>
/// <param name="Block">At this resolution.</param>
/// <param name="Upsampling">To the next resolution, with half of the channels.</param>
public sealed record SamplerLevel(ConvGru Gru, SpectralConv Projection, GBlock Block, UpsamplingGBlock Upsampling)
{
    /// <summary>All that follows the recurrent unit, for any number of steps at once.</summary>
    /// <param name="states">[N, S, H, W].</param>
    /// <returns>[N, L / 2, 2 H, 2 W]. The caller disposes it.</returns>
    internal Tensor AfterRecurrence(Tensor states)
    {
        using var scope = NewDisposeScope();
        return Upsampling.forward(Block.forward(Projection.forward(states))).MoveToOuterDisposeScope();
    }
}
