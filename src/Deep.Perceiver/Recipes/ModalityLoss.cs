namespace Deep.Perceivers.Recipes;

/// <summary>What an autoencoder loses by one of its outputs.</summary>
/// <param name="Weight">The weight in the sum, 0 or more.</param>
/// <param name="Queries">
/// How many queries, chosen anew by chance in each step, are asked in training; null: all. Not for labels.
/// </param>
/// <remarks>Targets of float lose their mean absolute error, labels their cross entropy.</remarks>
public sealed record ModalityLoss(double Weight, int? Queries = null)
{
    /// <summary>The outputs of the Kinetics autoencoder (Perceiver IO, section 4.3): video, sound and label from one latent array.</summary>
    public static IReadOnlyDictionary<string, ModalityLoss> Kinetics { get; } = new Dictionary<string, ModalityLoss>
    {
        ["image"] = new(0.03, 512),
        ["audio"] = new(1, 512),
        ["label"] = new(1e-4),
    };

    internal void Validate(string modality)
    {
        if (!(Weight >= 0 && double.IsFinite(Weight)))
        {
            throw new ConfigurationException($"{modality}.{nameof(Weight)}", "a finite number of 0 or more", Weight);
        }

        if (Queries is < 1)
        {
            throw new ConfigurationException($"{modality}.{nameof(Queries)}", "1 or more, or null", Queries);
        }
    }
}
