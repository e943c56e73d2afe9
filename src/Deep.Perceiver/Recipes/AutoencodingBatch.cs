using static TorchSharp.torch;

namespace Deep.Perceivers.Recipes;

// N items; of a modality O queries, K channels

/// <summary>What an autoencoder is given and what it is to give back.</summary>
/// <param name="Inputs">What it sees, by modality; one alone is the input of a model with one modality.</param>
/// <param name="Targets">
/// What it is to give, by modality: [N, O, K] of float in the order of the modality's queries, or [N] of int64, the labels
/// of a modality with one query.
/// </param>
/// <remarks>Dispose it to dispose the tensors.</remarks>
public sealed record AutoencodingBatch(IReadOnlyDictionary<string, Tensor> Inputs, IReadOnlyDictionary<string, Tensor> Targets) : IDisposable
{
    /// <summary>N.</summary>
    public long Count => Targets.Values.First().shape[0];

    /// <summary>The input as a model takes it; it owns nothing.</summary>
    public PerceiverInput Input => Inputs.Count == 1 ? PerceiverInput.Of(Inputs.Values.Single()) : PerceiverInput.Of(Inputs);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in Inputs.Values.Concat(Targets.Values))
        {
            tensor.Dispose();
        }
    }
}
