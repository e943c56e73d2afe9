using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

// B batch, K channels, H x W coarse pixels, C channels of a pixel, s fine pixels along each axis of a coarse one

/// <summary>
/// Convex upsampling (RAFT, 2003.12039, section 3.3): coarse values and, for each fine pixel, softmax weights of the nine
/// coarse pixels around it. Children: values (K to C), weights (K to 9 s²), both of 1 x 1.
/// </summary>
internal sealed class ConvexUpsample : Module<Tensor, Tensor>
{
    private readonly Linear values;
    private readonly Linear weights;
    private readonly int upsample;

    public ConvexUpsample(int channels, int outputs, int upsample, Device? device)
        : base(nameof(ConvexUpsample))
    {
        this.upsample = upsample;
        values = Linear(channels, outputs, device: device);
        weights = Linear(channels, 9 * upsample * upsample, device: device);
        register_module("values", values);
        register_module("weights", weights);
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var rows = x.permute(0, 2, 3, 1);
        var (batch, height, width) = (rows.shape[0], rows.shape[1], rows.shape[2]);
        var coarse = functional.pad(values.call(rows).permute(0, 3, 1, 2), (1, 1, 1, 1));
        var around = coarse.unfold(2, 3, 1).unfold(3, 3, 1).flatten(4).unsqueeze(-2);               // [B, C, H, W, 1, 9]
        var shares = weights.call(rows).reshape(batch, 1, height, width, upsample * upsample, 9).softmax(-1);
        return around.mul(shares).sum(-1)                                                          // [B, C, H, W, s s]
            .reshape(batch, -1, height, width, upsample, upsample).permute(0, 1, 2, 4, 3, 5)
            .reshape(batch, -1, height * upsample, width * upsample).MoveToOuterDisposeScope();
    }

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }
}
