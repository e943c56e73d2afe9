using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

// O output channels, K weights of one of them

/// <summary>A weight divided by its largest singular value, which one power iteration per training step follows (1802.05957).</summary>
/// <remarks>
/// sigma = u · (W v) with W [O, K]; u and v are constants to the gradient, which flows through W in sigma. An iteration is
/// u = W v / |W v|, then v = Wᵀ u / |Wᵀ u|, as PyTorch's. Names: <c>original</c>, <c>0._u</c> [O], <c>0._v</c> [K].
/// </remarks>
public sealed class SpectralNorm : nn.Module
{
    private readonly Vectors vectors;

    internal SpectralNorm(long[] shape, double epsilon, Device? device, bool used)
        : base(nameof(SpectralNorm))
    {
        (Epsilon, IsUsed) = (epsilon, used);
        register_parameter("original", ModuleParameter.Of(empty(shape, device: device), requiresGrad: used));
        vectors = new Vectors(shape[0], shape[1..].Aggregate(1L, (product, size) => product * size), device);
        register_module("0", vectors);
    }

    /// <summary>False: the weight is only kept, because a checkpoint has it.</summary>
    public bool IsUsed { get; }

    /// <summary>The smallest norm that an iteration divides by.</summary>
    public double Epsilon { get; }

    /// <summary>
    /// True, the default: <see cref="Weight"/> makes one iteration first when in training mode. False: only
    /// <see cref="Iterate"/> makes one, for steps of several forward passes.
    /// </summary>
    public bool IteratesWhenTraining { get; set; } = true;

    /// <summary>The weight before normalisation.</summary>
    public Parameter Original => get_parameter("original")!;

    /// <summary>The left singular vector's estimate [O].</summary>
    public Tensor U => vectors.get_buffer("_u")!;

    /// <summary>The right singular vector's estimate [K].</summary>
    public Tensor V => vectors.get_buffer("_v")!;

    /// <summary>W / sigma, differentiable; in training mode after one iteration. Ask once for each step and use it as often as needed.</summary>
    /// <returns>The shape of <see cref="Original"/>. The caller disposes it.</returns>
    public Tensor Weight()
    {
        if (training && IteratesWhenTraining)
        {
            Iterate();
        }

        using var scope = NewDisposeScope();
        var weight = Original;
        var rows = weight.flatten(1);
        // Copies, because an iteration of the next step changes both in place while a graph may still need them.
        var (u, v) = training ? (U.clone(), V.clone()) : (U, V);
        var sigma = rows.mv(v).dot(u);
        return weight.div(sigma).MoveToOuterDisposeScope();
    }

    /// <summary>Power iterations: u and v come nearer to the singular vectors.</summary>
    /// <param name="count">How many.</param>
    public void Iterate(int count = 1)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var rows = Original.flatten(1);
        using Scalar floor = Epsilon;
        for (var i = 0; i < count; i++)
        {
            Normalize(U, rows.mv(V), floor);
            Normalize(V, rows.t().mv(U), floor);
        }
    }

    // PyTorch's start: normal vectors of length one, then 15 iterations.
    internal void InitializeVectors()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using Scalar floor = Epsilon;
        Normalize(U, randn_like(U), floor);
        Normalize(V, randn_like(V), floor);
        Iterate(15);
    }

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }

    private static void Normalize(Tensor target, Tensor vector, Scalar floor) =>
        target.copy_(vector.div(vector.mul(vector).sum().sqrt().clamp_min(floor)));

    private sealed class Vectors : nn.Module
    {
        public Vectors(long outputs, long inputs, Device? device)
            : base(nameof(Vectors))
        {
            register_buffer("_u", empty(outputs, device: device).DetachFromDisposeScope());
            register_buffer("_v", empty(inputs, device: device).DetachFromDisposeScope());
        }

        protected override void RegisterComponents()
        {
        }
    }
}
