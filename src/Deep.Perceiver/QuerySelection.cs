using static TorchSharp.torch;

namespace Deep.Perceivers;

// O queries, d axes

/// <summary>Which outputs are asked for. Decoding costs as much as there are queries (Perceiver IO, section 3.2).</summary>
/// <remarks>It owns nothing: the tensors stay the caller's.</remarks>
public sealed class QuerySelection
{
    private readonly Tensor? indices;
    private readonly IReadOnlyDictionary<string, Tensor> byModality;

    private QuerySelection(Tensor? indices, Tensor? positions, IReadOnlyDictionary<string, Tensor>? byModality)
    {
        this.indices = indices;
        Positions = positions;
        this.byModality = byModality ?? new Dictionary<string, Tensor>();
    }

    /// <summary>All outputs.</summary>
    public static QuerySelection All { get; } = new(null, null, null);

    /// <summary>[O, d] or [B, O, d], positions between -1 and 1 that need not be cells of the grid; null: cells are asked for.</summary>
    public Tensor? Positions { get; }

    /// <summary>The modalities that are named.</summary>
    public IEnumerable<string> Names => byModality.Keys;

    /// <summary>Some outputs of a decoder with one output.</summary>
    /// <param name="indices">[O] of int64, flat row-major indices into the grid of outputs.</param>
    /// <returns>The selection.</returns>
    public static QuerySelection Of(Tensor indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        return new(indices, null, null);
    }

    /// <summary>Some outputs of several modalities.</summary>
    /// <param name="indices">For each modality [O] of int64, indices into its grid; an empty tensor leaves it out. Modalities that are not named: all.</param>
    /// <returns>The selection.</returns>
    public static QuerySelection Of(IReadOnlyDictionary<string, Tensor> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        return new(null, null, indices);
    }

    /// <summary>Outputs at any positions, for a decoder whose queries are Fourier features.</summary>
    /// <param name="positions">[O, d], or [B, O, d] for positions of each sample.</param>
    /// <returns>The selection.</returns>
    public static QuerySelection At(Tensor positions)
    {
        ArgumentNullException.ThrowIfNull(positions);
        return new(null, positions, null);
    }

    /// <summary>The indices asked of a modality; null: all.</summary>
    /// <param name="modality">Its name; null for a decoder with one output.</param>
    public Tensor? IndicesOf(string? modality = null) => modality is null ? indices : byModality.GetValueOrDefault(modality);
}
