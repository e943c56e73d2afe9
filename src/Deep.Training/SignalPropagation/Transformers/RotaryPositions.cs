using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace Deep.Training.SignalPropagation;

// N batch, H heads, T positions, D features of a head

/// <summary>Rotary positions: queries and keys turned by the position times a frequency (2104.09864).</summary>
/// <remarks>
/// Feature k and feature k + D/2 are one pair, turned by p 10000^(-2k/D). Where queries are 0, as in a new signal-preserving model, it
/// changes nothing. The angles of the configured length are buffers that are not saved; those beyond are computed when asked for.
/// </remarks>
public sealed class RotaryPositions : Module
{
    private readonly int features;
    private readonly long length;

    /// <summary>The angles of positions 0 to length - 1.</summary>
    /// <param name="features">D, even.</param>
    /// <param name="length">Positions to keep angles for.</param>
    /// <param name="device">Where they are; null: the default device.</param>
    public RotaryPositions(int features, int length, Device? device = null)
        : base(nameof(RotaryPositions))
    {
        (this.features, this.length) = (features, length);
        using var scope = NewDisposeScope();
        register_buffer("angles", Angles(0, length, device).DetachFromDisposeScope(), persistent: false);
    }

    /// <summary>Turns queries or keys.</summary>
    /// <param name="x">[N, H, T, D].</param>
    /// <param name="first">The first position.</param>
    /// <returns>[N, H, T, D]. The caller disposes it.</returns>
    public Tensor Turn(Tensor x, long first)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var scope = NewDisposeScope();
        var count = x.size(2);
        var kept = get_buffer("angles")!;
        var angles = first + count <= length ? kept.narrow(1, first, count) : Angles(first, count, x.device).to(x.dtype);
        var (sine, cosine) = (angles[0], angles[1]);
        var halves = x.chunk(2, -1);
        var turned = cat([halves[0].mul(cosine).sub(halves[1].mul(sine)), halves[1].mul(cosine).addcmul(halves[0], sine, GuardedArithmetic.One)], -1);
        return turned.MoveToOuterDisposeScope();
    }

    // [2, T, D/2]: sines and cosines.
    private Tensor Angles(long first, long count, Device? device)
    {
        using var scope = NewDisposeScope();
        var rows = SinusoidalPositions.InLine(first, count, features, device);
        return stack([rows.narrow(1, 0, features / 2), rows.narrow(1, features / 2, features / 2)]).MoveToOuterDisposeScope();
    }

    /// <summary>Nothing: every buffer has an explicit name, and the parent's registration would add each field once more.</summary>
    protected override void RegisterComponents()
    {
    }
}
