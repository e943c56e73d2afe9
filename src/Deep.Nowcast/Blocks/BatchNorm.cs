using Deep.Nn;
using Deep.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

/// <summary>Batch norm over all axes but the channels: batch statistics in training mode, running averages otherwise.</summary>
/// <remarks>Names: <c>weight</c>, <c>bias</c>, <c>running_mean</c>, <c>running_var</c> (unbiased) [C], <c>num_batches_tracked</c>.</remarks>
public sealed class BatchNorm : Module<Tensor, Tensor>
{
    internal BatchNorm(int channels, double epsilon, double momentum, Device? device)
        : base(nameof(BatchNorm))
    {
        (Channels, Epsilon, Momentum) = (channels, epsilon, momentum);
        register_parameter("weight", ModuleParameter.Of(ones(channels, device: device)));
        register_parameter("bias", ModuleParameter.Of(zeros(channels, device: device)));
        register_buffer("running_mean", zeros(channels, device: device).DetachFromDisposeScope());
        register_buffer("running_var", ones(channels, device: device).DetachFromDisposeScope());
        register_buffer("num_batches_tracked", zeros([], ScalarType.Int64, device).DetachFromDisposeScope());
    }

    /// <summary>C.</summary>
    public int Channels { get; }

    /// <summary>The summand of the variance.</summary>
    public double Epsilon { get; }

    /// <summary>How much of a batch goes into the running averages.</summary>
    public double Momentum { get; }

    /// <summary>The factor of each channel [C].</summary>
    public Parameter Weight => get_parameter("weight")!;

    /// <summary>The summand of each channel [C].</summary>
    public Parameter Bias => get_parameter("bias")!;

    /// <summary>The running average of the means [C].</summary>
    public Tensor RunningMean => get_buffer("running_mean")!;

    /// <summary>The running average of the unbiased variances [C].</summary>
    public Tensor RunningVariance => get_buffer("running_var")!;

    /// <summary>Normalises.</summary>
    /// <param name="x">[N, C, ...].</param>
    /// <returns>The same shape. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> does not have C channels, or, in training mode, one value for each.</exception>
    public override Tensor forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var sizes = x.shape;
        if (sizes.Length < 2 || sizes[1] != Channels)
        {
            throw new ShapeException($"The batch norm expects [N, {Channels}, ...], but got {Shapes.Format(sizes)}.");
        }

        if (training)
        {
            if (x.numel() / Channels < 2)
            {
                throw new ShapeException($"A batch norm in training mode needs two values of each channel, but got {Shapes.Format(sizes)}.");
            }

            using var frozen = no_grad();
            get_buffer("num_batches_tracked")!.add_(GuardedArithmetic.One, GuardedArithmetic.One);
        }

        return functional.batch_norm(x, RunningMean, RunningVariance, Weight, Bias, training, Momentum, Epsilon);
    }

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }
}
