using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.SignalPropagation;

/// <summary>Products with gains that cost nothing where the gain is the constant 1.</summary>
internal static class Gains
{
    // Read-only, so as safe as a constant; a number handed over in passing could be freed while it is read.
    private static readonly Scalar MinusOne = -1;

    /// <summary>Registers the parameter of a trained gain; a constant has none.</summary>
    public static void Register(Module module, string name, Gain? gain, long[] shape, Device? device)
    {
        if (gain is { Trainable: true })
        {
            using Scalar initial = gain.Initial;
            module.register_parameter(name, ModuleParameter.Of(full(shape, initial, device: device)));
        }
    }

    /// <summary>gain * x.</summary>
    public static Tensor Times(Tensor x, Gain gain, Tensor? trained) =>
        trained is not null ? x.mul(trained) : gain.IsOne ? x : x.Times(gain.Initial);

    /// <summary>sum + gain * x.</summary>
    public static Tensor Plus(Tensor sum, Tensor x, Gain gain, Tensor? trained) =>
        trained is not null ? sum.addcmul(x, trained, GuardedArithmetic.One) : sum.Plus(x, gain.Initial);

    /// <summary>sum - factor * x.</summary>
    public static Tensor Minus(Tensor sum, Tensor x, Tensor factor) => sum.addcmul(x, factor, MinusOne);
}
