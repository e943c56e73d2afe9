using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nn;

// N batch, C channels, H x W pixels

/// <summary>The end of a residual block and the start of the next in one pass: sum = shortcut + scale * gate * branch, then activation(sum).</summary>
/// <remarks>
/// The sum stays in 32-bit floats whatever the branches compute in, so that rounding does not pile up along the depth of a network.
/// On the CPU one pass over memory does what takes three by plain operators; elsewhere those are used. No autograd. Safe to call from
/// many threads.
/// </remarks>
public static class ResidualJoin
{
    /// <summary>Joins a branch to its shortcut.</summary>
    /// <param name="shortcut">[N, C, H, W], channels-last; 32-bit floats, then changed in place and returned as the sum, or the branch's dtype.</param>
    /// <param name="branch">[N, C, H, W], channels-last.</param>
    /// <param name="gate">[N, C, 1, 1], a factor for each channel, in the branch's dtype, or null.</param>
    /// <param name="scale">Factor on the branch.</param>
    /// <param name="activation">Applied to the sum.</param>
    /// <param name="keepsSum">Whether the sum itself is wanted.</param>
    /// <returns>The sum in 32-bit floats (null where it is not wanted), and its activation in the branch's dtype. The caller disposes both.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static (Tensor? Sum, Tensor Activated) Join(
        Tensor shortcut, Tensor branch, Tensor? gate, double scale, FusedActivation activation, bool keepsSum)
    {
        var sizes = Shapes.RequireRank(branch, 4, "[N, C, H, W]");
        Shapes.Require(shortcut, sizes, "[N, C, H, W]");
        if (gate is not null)
        {
            Shapes.Require(gate, [sizes[0], sizes[1], 1, 1], "[N, C, 1, 1]");
        }

        return ResidualKernel.CanRun(shortcut, branch, gate, activation, sizes)
            ? ResidualKernel.Run(shortcut, branch, gate, (float)scale, activation, keepsSum, sizes)
            : Plain(shortcut, branch, gate, scale, activation, keepsSum);
    }

    /// <summary>The same by plain operators only: the reference that the fast pass is tested against.</summary>
    /// <param name="shortcut">[N, C, H, W]; 32-bit floats, then changed in place and returned as the sum, or the branch's dtype.</param>
    /// <param name="branch">[N, C, H, W].</param>
    /// <param name="gate">[N, C, 1, 1], or null.</param>
    /// <param name="scale">Factor on the branch.</param>
    /// <param name="activation">Applied to the sum.</param>
    /// <param name="keepsSum">Whether the sum itself is wanted.</param>
    /// <returns>As <see cref="Join"/>. The caller disposes both.</returns>
    public static (Tensor? Sum, Tensor Activated) Plain(
        Tensor shortcut, Tensor branch, Tensor? gate, double scale, FusedActivation activation, bool keepsSum)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var sum = shortcut.dtype == ScalarType.Float32 ? shortcut : shortcut.to_type(ScalarType.Float32);
        var wide = branch.to_type(ScalarType.Float32);
        if (gate is null)
        {
            sum.PlusInPlace(wide, scale);
        }
        else
        {
            using Scalar factor = scale;
            sum.addcmul_(wide, gate.to_type(ScalarType.Float32), factor);
        }

        var activated = Apply(activation, sum).to_type(branch.dtype);

        // The identity would share the sum's memory, which the next block changes.
        activated = activation == FusedActivation.None && activated.dtype == sum.dtype ? sum.clone() : activated;
        var kept = !keepsSum ? null : ReferenceEquals(sum, shortcut) ? sum : sum.MoveToOuterDisposeScope();
        return (kept, activated.MoveToOuterDisposeScope());
    }

    /// <summary>activation(x) by plain operators.</summary>
    /// <param name="activation">The activation.</param>
    /// <param name="x">Any shape, float.</param>
    /// <returns>A new tensor, or <paramref name="x"/> itself for none. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException">The activation is not a known one.</exception>
    public static Tensor Apply(FusedActivation activation, Tensor x) => activation switch
    {
        FusedActivation.None => x,
        FusedActivation.Relu => nn.functional.relu(x),
        FusedActivation.Gelu => nn.functional.gelu(x),
        FusedActivation.GeluTanh => nn.functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh),
        FusedActivation.Silu => nn.functional.silu(x),
        FusedActivation.Sigmoid => x.sigmoid(),
        FusedActivation.Tanh => x.tanh(),
        _ => throw new ConfigurationException(nameof(FusedActivation), "a known activation", activation),
    };
}
