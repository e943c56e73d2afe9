using static TorchSharp.torch;

namespace Deep.Checkpoints;

/// <summary>
/// How a tensor's layout changes on its way from a foreign checkpoint to ours, and back: data, not code.
/// </summary>
/// <remarks>
/// A transform drops leading axes of size one, takes one of several equal parts of the first axis, permutes the axes and
/// appends axes of size one, in this order and each only where asked; nothing else, so each has an exact inverse and is
/// told equal by its content. Applying makes views: the values are moved by whoever copies them next.
/// </remarks>
public sealed record TensorTransform
{
    private readonly int[]? permutation;
    private readonly int appended;

    private TensorTransform(string name, int[]? permutation, int appended)
    {
        Name = name;
        this.permutation = permutation;
        this.appended = appended;
    }

    /// <summary>Which of the parts of their first axis this takes, from 0.</summary>
    public int Part { get; private init; }

    /// <summary>
    /// Into how many equal parts their first axis is divided; 1 to take it whole. <see cref="NameMap.Export"/> puts the
    /// parts together again.
    /// </summary>
    public int Parts { get; private init; } = 1;

    private int LeadingOnes { get; init; }

    /// <summary>The same layout on both sides.</summary>
    public static TensorTransform Identity { get; } = new("identity", null, 0);

    /// <summary>A convolution's kernel from [H, W, I, O] (TensorFlow, JAX) to [O, I, H, W].</summary>
    public static TensorTransform ConvolutionFromHwio { get; } = new("[H,W,I,O] to [O,I,H,W]", [3, 2, 0, 1], 0);

    /// <summary>A one-dimensional convolution's kernel from [W, I, O] to [O, I, W].</summary>
    public static TensorTransform ConvolutionFromWio { get; } = new("[W,I,O] to [O,I,W]", [2, 1, 0], 0);

    /// <summary>A three-dimensional convolution's kernel from [D, H, W, I, O] to [O, I, D, H, W].</summary>
    public static TensorTransform ConvolutionFromDhwio { get; } = new("[D,H,W,I,O] to [O,I,D,H,W]", [4, 3, 0, 1, 2], 0);

    /// <summary>A linear layer's matrix from [I, O] to [O, I].</summary>
    public static TensorTransform LinearFromIo { get; } = new("[I,O] to [O,I]", [1, 0], 0);

    /// <summary>A linear layer's matrix [I, O] as the kernel [O, I, 1, 1] of a 1 x 1 convolution.</summary>
    public static TensorTransform PointwiseFromIo { get; } = new("[I,O] to [O,I,1,1]", [1, 0], 2);

    /// <summary>A convolution's gains from [O] to [O, 1, 1, 1].</summary>
    public static TensorTransform GainFromVector { get; } = new("[O] to [O,1,1,1]", null, 3);

    /// <summary>A batch norm's vector from [1, 1, 1, C] (JAX) to [C].</summary>
    public static TensorTransform VectorFromNhwc { get; } = new("[1,1,1,C] to [C]", null, 0) { LeadingOnes = 3 };

    /// <summary>What the transform does, for messages.</summary>
    public string Name { get; }

    /// <summary>A transform of its own kind.</summary>
    /// <param name="name">What it does, for messages.</param>
    /// <param name="permutation">
    /// For each axis of the permuted tensor, the axis it comes from; null to leave the order.
    /// </param>
    /// <param name="appendedOnes">How many axes of size one are appended after permuting.</param>
    /// <returns>The transform.</returns>
    /// <exception cref="ConfigurationException"><paramref name="permutation"/> is not a permutation.</exception>
    public static TensorTransform Of(string name, IReadOnlyList<int>? permutation, int appendedOnes = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfNegative(appendedOnes);
        if (permutation is not null && !permutation.Order().SequenceEqual(Enumerable.Range(0, permutation.Count)))
        {
            throw new ConfigurationException(
                "TensorTransform.permutation", "each axis once", $"[{string.Join(", ", permutation)}]");
        }

        return new TensorTransform(name, permutation?.ToArray(), appendedOnes);
    }

    /// <summary>One of several equal parts of their rows, such as the keys of a matrix that makes keys and values.</summary>
    /// <param name="part">Which, from 0.</param>
    /// <param name="parts">How many; 2 or more.</param>
    /// <returns>The transform.</returns>
    /// <exception cref="ConfigurationException"><paramref name="part"/> is not one of them.</exception>
    public static TensorTransform RowsOf(int part, int parts) => parts >= 2 && part >= 0 && part < parts
        ? new($"part {part} of {parts} of the rows", null, 0) { Part = part, Parts = parts }
        : throw new ConfigurationException("TensorTransform.part", $"0 to {parts - 1} of 2 or more", part);

    /// <summary>Brings a tensor from their layout into ours.</summary>
    /// <param name="theirs">A tensor in their layout.</param>
    /// <returns>A view of the same values in our layout. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The tensor does not have the rank that this transform takes.</exception>
    public Tensor Apply(Tensor theirs)
    {
        ArgumentNullException.ThrowIfNull(theirs);
        if (ApplyToShape(theirs.shape) is not { } shape)
        {
            throw new ShapeException($"{Name} does not take the shape {TensorInfo.ShapeToText(theirs.shape)}.");
        }

        using var scope = NewDisposeScope();
        var inner = LeadingOnes == 0 ? theirs.alias() : theirs.reshape(theirs.shape[LeadingOnes..]);
        inner = Parts == 1 ? inner : inner.narrow(0, inner.shape[0] / Parts * Part, inner.shape[0] / Parts);
        inner = permutation is null ? inner : inner.permute([.. permutation.Select(axis => (long)axis)]);
        var steps = Strides(inner.stride(), shape.Length, inner.shape);
        return inner.as_strided(shape, steps, inner.storage_offset()).MoveToOuterDisposeScope();
    }

    /// <summary>Brings a tensor from our layout back into theirs.</summary>
    /// <param name="ours">A tensor in our layout.</param>
    /// <returns>A view of the same values in their layout. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The tensor does not have the shape that this transform makes.</exception>
    public Tensor Invert(Tensor ours)
    {
        ArgumentNullException.ThrowIfNull(ours);
        if (InvertShape(ours.shape) is not { } shape)
        {
            throw new ShapeException($"{Name} does not make the shape {TensorInfo.ShapeToText(ours.shape)}.");
        }

        var inner = ours.shape.Length - appended;
        var steps = ours.stride()[..inner];
        var order = Inverse(inner);
        long[] strides = [.. Enumerable.Repeat(1L, LeadingOnes), .. order.Select(axis => steps[axis])];
        return ours.as_strided(shape, strides, ours.storage_offset());
    }

    /// <summary>Our shape for one of theirs.</summary>
    /// <param name="theirs">The shape in their layout.</param>
    /// <returns>The shape in our layout, or null where this transform does not take that rank.</returns>
    public long[]? ApplyToShape(IReadOnlyList<long> theirs)
    {
        ArgumentNullException.ThrowIfNull(theirs);
        if (theirs.Count < LeadingOnes || theirs.Take(LeadingOnes).Any(size => size != 1))
        {
            return null;
        }

        long[] inner = [.. theirs.Skip(LeadingOnes)];
        if (Parts > 1 && (inner.Length == 0 || inner[0] % Parts != 0))
        {
            return null;
        }

        inner = Parts > 1 ? [inner[0] / Parts, .. inner[1..]] : inner;
        if (permutation is not null && permutation.Length != inner.Length)
        {
            return null;
        }

        var permuted = permutation is null ? inner : [.. permutation.Select(axis => inner[axis])];
        return [.. permuted, .. Enumerable.Repeat(1L, appended)];
    }

    /// <summary>Their shape for one of ours.</summary>
    /// <param name="ours">The shape in our layout.</param>
    /// <returns>
    /// The shape in their layout (of one part, where this takes parts), or null where this transform cannot have made
    /// that shape.
    /// </returns>
    public long[]? InvertShape(IReadOnlyList<long> ours)
    {
        ArgumentNullException.ThrowIfNull(ours);
        var inner = ours.Count - appended;
        var fits = inner >= 0 && (permutation is null || permutation.Length == inner)
            && ours.Skip(inner).All(size => size == 1);
        return fits
            ? [.. Enumerable.Repeat(1L, LeadingOnes), .. Inverse(inner).Select(axis => ours[axis])]
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Whether both do the same to every tensor, whatever they are called.</summary>
    /// <param name="other">The transform to compare with.</param>
    /// <returns>True if they do the same.</returns>
    public bool Equals(TensorTransform? other) => other is not null && appended == other.appended
        && (Part, Parts, LeadingOnes) == (other.Part, other.Parts, other.LeadingOnes)
        && (permutation ?? []).AsSpan().SequenceEqual(other.permutation ?? []);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(appended, permutation?.Length ?? 0, permutation?.FirstOrDefault() ?? 0, Part, Parts,
            LeadingOnes);

    private int[] Inverse(int rank)
    {
        var inverse = Enumerable.Range(0, rank).ToArray();
        for (var i = 0; permutation is not null && i < rank; i++)
        {
            inverse[permutation[i]] = i;
        }

        return inverse;
    }

    private static long[] Strides(long[] permuted, int rank, long[] shape) =>
        [.. permuted, .. Enumerable.Repeat(1L, rank - shape.Length)];
}
