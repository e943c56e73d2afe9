using Deep.Nn;
using Deep.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

// N batch, C channels, H x W pixels, P positions, F features

/// <summary>The latent stack's attention: y = x + gamma · conv(softmax(q kᵀ) v), without a scale of the scores.</summary>
/// <remarks>Names: <c>query</c>, <c>key</c>, <c>value</c> (C to C/8), <c>last_conv</c> (back to C), without biases, and <c>gamma</c> [1].</remarks>
public sealed class LatentAttention : Module<Tensor, Tensor>
{
    internal LatentAttention(int channels, AttentionAxes axes, Device? device)
        : base(nameof(LatentAttention))
    {
        (Channels, Axes) = (channels, axes);
        register_parameter("gamma", ModuleParameter.Of(zeros(1, device: device)));
        Query = new PlainConv(channels, channels / 8, 1, hasBias: false, device);
        Key = new PlainConv(channels, channels / 8, 1, hasBias: false, device);
        Value = new PlainConv(channels, channels / 8, 1, hasBias: false, device);
        Last = new PlainConv(channels / 8, channels, 1, hasBias: false, device);
        register_module("query", Query);
        register_module("key", Key);
        register_module("value", Value);
        register_module("last_conv", Last);
    }

    /// <summary>C.</summary>
    public int Channels { get; }

    /// <summary>Over what it attends.</summary>
    public AttentionAxes Axes { get; }

    /// <summary>What asks.</summary>
    public PlainConv Query { get; }

    /// <summary>What is asked.</summary>
    public PlainConv Key { get; }

    /// <summary>What is given.</summary>
    public PlainConv Value { get; }

    /// <summary>Back to C channels.</summary>
    public PlainConv Last { get; }

    /// <summary>The factor of what attention adds [1]; 0 at first.</summary>
    public Parameter Gamma => get_parameter("gamma")!;

    /// <summary>Attends.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <returns>The same shape. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> does not have C channels.</exception>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (query, key, value) = (Query.forward(x), Key.forward(x), Value.forward(x));
        var sizes = query.shape;
        var scores = GuardedMatMul.MatMul(Rows(query), Rows(key).transpose(1, 2)); // [N, P, P]
        var attended = GuardedMatMul.MatMul(scores.softmax(-1), Rows(value)); // [N, P, F]
        var picture = Axes == AttentionAxes.Spatial ? attended.transpose(1, 2).reshape(sizes) : attended.reshape(sizes);
        return x.Plus(Last.forward(picture).mul(Gamma.to(x.dtype))).MoveToOuterDisposeScope();
    }

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }

    // [N, P, F]: pixels with their channels, or openclimatefix's channels and rows with their columns.
    private Tensor Rows(Tensor x) => Axes == AttentionAxes.Spatial ? x.flatten(2).transpose(1, 2) : x.flatten(1, 2);
}
