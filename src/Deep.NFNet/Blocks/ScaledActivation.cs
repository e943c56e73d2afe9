using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.NFNets;

/// <summary>
/// The gains of the activations and the activations themselves (NFNet, section 2; the constants are DeepMind's
/// base.py).
/// </summary>
public static class ScaledActivation
{
    private static readonly Scalar LeakyReluSlope = 0.01;

    /// <summary>gamma: 1 / standard deviation of the activation of a standard normal variable.</summary>
    /// <param name="activation">The activation.</param>
    /// <returns>The factor that brings the variance back to 1.</returns>
    public static double Gain(this Activation activation) => activation switch
    {
        Activation.Identity => 1.0,
        Activation.Celu => 1.270926833152771,
        Activation.Elu => 1.2716004848480225,
        Activation.Gelu => 1.7015043497085571,
        Activation.Glu => 1.8484294414520264,
        Activation.LeakyRelu => 1.70590341091156,
        Activation.LogSigmoid => 1.9193484783172607,
        Activation.LogSoftmax => 1.0002083778381348,
        Activation.Relu => 1.7139588594436646,
        Activation.Relu6 => 1.7131484746932983,
        Activation.Selu => 1.0008515119552612,
        Activation.Sigmoid => 4.803835391998291,
        Activation.Silu => 1.7881293296813965,
        Activation.SoftSign => 2.338853120803833,
        Activation.Softplus => 1.9203323125839233,
        Activation.Tanh => 1.5939117670059204,
        _ => throw new ConfigurationException(nameof(Activation), "a known activation", activation),
    };

    /// <summary>scale * activation(x).</summary>
    /// <param name="activation">The activation.</param>
    /// <param name="x">[N, C, ...].</param>
    /// <param name="numerics">Decides the form of GELU.</param>
    /// <param name="scale">Factor on the result, such as gamma * beta.</param>
    /// <returns>A new tensor of the shape of <paramref name="x"/> (half the channels for GLU). The caller disposes
    /// it.</returns>
    public static Tensor Apply(this Activation activation, Tensor x, Numerics numerics, double scale = 1)
    {
        // Multiplied out of place: several activations keep their result for the backward pass.
        var activated = Unscaled(activation, x, numerics);
        if (scale == 1)
        {
            return ReferenceEquals(activated, x) ? x.alias() : activated;
        }

        var scaled = activated.Times(scale);
        if (!ReferenceEquals(activated, x))
        {
            activated.Dispose();
        }

        return scaled;
    }

    private static Tensor SoftSign(Tensor x)
    {
        using var magnitude = x.abs();
        using var divisor = magnitude.Plus(1);
        return x.div(divisor);
    }

    private static Tensor NegativeLogSigmoid(Tensor x)
    {
        using var negative = x.neg();
        using var logarithm = functional.logsigmoid(negative);
        return logarithm.neg();
    }

    private static Tensor Unscaled(Activation activation, Tensor x, Numerics numerics) => activation switch
    {
        Activation.Identity => x,
        Activation.Celu => x.celu(GuardedArithmetic.One),
        Activation.Elu => x.elu(GuardedArithmetic.One, GuardedArithmetic.One, GuardedArithmetic.One),
        Activation.Gelu => functional.gelu(x, numerics == Numerics.DeepMind
            ? TorchSharp.Modules.GELU.Approximate.tanh : TorchSharp.Modules.GELU.Approximate.none),
        Activation.Glu => functional.glu(x, 1),
        Activation.LeakyRelu => x.leaky_relu(LeakyReluSlope),
        Activation.LogSigmoid => functional.logsigmoid(x),
        Activation.LogSoftmax => functional.log_softmax(x, 1),
        Activation.Relu => functional.relu(x),
        Activation.Relu6 => functional.relu6(x),
        Activation.Selu => functional.selu(x),
        Activation.Sigmoid => torch.sigmoid(x),
        Activation.Silu => functional.silu(x),
        Activation.SoftSign => SoftSign(x),
        // softplus(x) = -log sigmoid(-x): no numbers that a native call would read.
        Activation.Softplus => NegativeLogSigmoid(x),
        Activation.Tanh => torch.tanh(x),
        _ => throw new ConfigurationException(nameof(Activation), "a known activation", activation),
    };
}
