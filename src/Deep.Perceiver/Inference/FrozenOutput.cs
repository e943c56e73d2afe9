using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// B batch, O queries, K channels

/// <summary>One output of a decoder, frozen: what follows attention for each row, and what is done with all rows.</summary>
/// <remarks>Linear layers of the postprocessor join those of the decoder.</remarks>
internal sealed class FrozenOutput : IDisposable
{
    private readonly FrozenReadout readout;
    private readonly Func<Tensor, ByteArray?, Tensor> arrange;

    /// <param name="decoder">The trained decoder.</param>
    /// <param name="postprocessor">What follows it for this output; null: nothing.</param>
    /// <param name="arrange">Gives rows without a postprocessor the shape of the output.</param>
    /// <param name="precision">What products are computed in.</param>
    public FrozenOutput(PerceiverDecoder decoder, Postprocessor? postprocessor, Func<Tensor, ByteArray?, Tensor> arrange, Precision precision)
    {
        List<Linear> layers = decoder.Output is null ? [] : [decoder.Output];
        switch (postprocessor)
        {
            case ProjectionPostprocessor projection:
                layers.Add(projection.Projection);
                this.arrange = (rows, _) => rows.alias();
                break;
            case AudioPostprocessor audio:
                layers.Add(audio.Samples);
                this.arrange = (rows, _) => rows.flatten(1);
                break;
            case ClassificationPostprocessor { Hidden: null } classes:
                layers.Add(classes.Logits);
                this.arrange = (rows, _) => rows.select(1, 0);
                break;
            case null:
                this.arrange = arrange;
                break;
            default:
                this.arrange = (rows, _) => postprocessor.Postprocess(rows);
                break;
        }

        var scale = decoder.Config is FlowDecoderConfig flow ? 1 / flow.RescaleFactor : 1;
        readout = new FrozenReadout(decoder.CrossAttend!, layers, scale, precision);
    }

    /// <summary>Outputs of rows behind attention.</summary>
    /// <param name="rows">[B, O, E] in 32-bit floats; not changed.</param>
    /// <returns>[B, O, K]. The caller disposes it.</returns>
    public Tensor Read(Tensor rows) => readout.Forward(rows);

    /// <summary>All rows in the shape of the task's output.</summary>
    public Tensor Arrange(Tensor rows, ByteArray? bytes) => arrange(rows, bytes);

    public void Dispose() => readout.Dispose();
}
