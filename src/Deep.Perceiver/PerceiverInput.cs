using static TorchSharp.torch;

namespace Deep.Perceivers;

// B batch, M rows of the byte array, d axes

/// <summary>What a <see cref="Perceiver"/> is given: one tensor, or one for each modality, with masks and positions.</summary>
/// <remarks>It owns nothing: the tensors stay the caller's.</remarks>
public sealed class PerceiverInput
{
    /// <summary>The name of the input where there is only one.</summary>
    public const string Only = "input";

    private PerceiverInput(IReadOnlyDictionary<string, Tensor> tensors, Tensor? mask, Tensor? positions)
        => (Tensors, Mask, Positions) = (tensors, mask, positions);

    /// <summary>The tensors by modality; a single one under <see cref="Only"/>.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <summary>[B, M] of bool, true where a row may be attended to; null: everywhere.</summary>
    public Tensor? Mask { get; }

    /// <summary>[B, M, d] in float, the position of each row of each sample; null: the cells of the input's own grid.</summary>
    public Tensor? Positions { get; }

    /// <summary>
    /// Decides which rows mask tokens replace (<see cref="MultimodalConfig.MaskProbabilities"/>); null: torch's own generator.
    /// </summary>
    public Generator? Generator { get; private init; }

    /// <summary>One input.</summary>
    /// <param name="tensor">In the preprocessor's layout.</param>
    /// <param name="mask">[B, M] of bool, true where a row may be attended to; null: everywhere.</param>
    /// <param name="positions">[B, M, d], the position of each row; null: the cells of the input's grid.</param>
    /// <returns>The input.</returns>
    public static PerceiverInput Of(Tensor tensor, Tensor? mask = null, Tensor? positions = null)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return new(new Dictionary<string, Tensor> { [Only] = tensor }, mask, positions);
    }

    /// <summary>Several inputs by name.</summary>
    /// <param name="tensors">Each modality's tensor, in its preprocessor's layout.</param>
    /// <param name="mask">[B, M] of bool over the rows of all modalities, in the order of their names; null: everywhere.</param>
    /// <param name="generator">Decides which rows mask tokens replace, on the CPU; null: torch's own generator.</param>
    /// <returns>The input.</returns>
    public static PerceiverInput Of(IReadOnlyDictionary<string, Tensor> tensors, Tensor? mask = null, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        return new(tensors, mask, null) { Generator = generator };
    }
}
