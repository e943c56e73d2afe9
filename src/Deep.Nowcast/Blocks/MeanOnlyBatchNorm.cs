using Deep.Nn;
using Deep.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

/// <summary>Batch norm that takes the mean off and adds a bias, without dividing by the deviation (1602.07868, section 4).</summary>
/// <remarks>Names: <c>bias</c>, <c>running_mean</c> [C], <c>num_batches_tracked</c>.</remarks>
public sealed class MeanOnlyBatchNorm : Module<Tensor, Tensor>
{
    internal MeanOnlyBatchNorm(int channels, double momentum, Device? device)
        : base(nameof(MeanOnlyBatchNorm))
    {
        (Channels, Momentum) = (channels, momentum);
        register_parameter("bias", ModuleParameter.Of(zeros(channels, device: device)));
        register_buffer("running_mean", zeros(channels, device: device).DetachFromDisposeScope());
        register_buffer("num_batches_tracked", zeros([], ScalarType.Int64, device).DetachFromDisposeScope());
    }

    /// <summary>C.</summary>
    public int Channels { get; }

    /// <summary>How much of a batch goes into the running average.</summary>
    public double Momentum { get; }

    /// <summary>The summand of each channel [C].</summary>
    public Parameter Bias => get_parameter("bias")!;

    /// <summary>The running average of the means [C].</summary>
    public Tensor RunningMean => get_buffer("running_mean")!;

    /// <summary>Centres.</summary>
    /// <param name="x">[N, C].</param>
    /// <returns>The same shape. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> does not have C channels.</exception>
    public override Tensor forward(Tensor x)
    {
        Shapes.Require(x, [Shapes.Any, Channels], "[N, C]");
        using var scope = NewDisposeScope();
        var mean = RunningMean;
        if (training)
        {
            mean = x.mean([0]);
            using var frozen = no_grad();
            RunningMean.TimesInPlace(1 - Momentum).PlusInPlace(mean.detach().to(RunningMean.dtype), Momentum);
            get_buffer("num_batches_tracked")!.add_(GuardedArithmetic.One, GuardedArithmetic.One);
        }

        return x.sub(mean.to(x.dtype)).Plus(Bias.to(x.dtype)).MoveToOuterDisposeScope();
    }

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }
}
