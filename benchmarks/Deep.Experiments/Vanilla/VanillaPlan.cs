using Deep.Training.SignalPropagation;

namespace Deep.Experiments.Vanilla;

/// <summary>One training run of a character model, in full: two equal plans give the same weights.</summary>
/// <param name="Block">The kind of block.</param>
/// <param name="Layers">Blocks.</param>
/// <param name="Steps">Updates.</param>
/// <param name="LearningRate">The peak rate of the warm-up cosine schedule, which ends at a tenth of it.</param>
/// <param name="Seed">The seed of weights and order.</param>
/// <param name="Target">The last layer's gamma of E-SPA or rho of U-SPA; 0 for other blocks.</param>
/// <param name="Eta">The correlation that uncorrelated inputs come to through all tailored activations; 0 for other blocks.</param>
/// <param name="Rescale">The rescaling of signal-preserving attention.</param>
/// <param name="Warmup">Updates of linear warm-up.</param>
/// <param name="Clip">Largest norm of all gradients together; 0 for no bound.</param>
/// <param name="Beta2">Adam's second decay.</param>
internal sealed record VanillaPlan(
    BlockKind Block, int Layers, long Steps, double LearningRate, int Seed, double Target = 0, double Eta = 0,
    SpaRescale Rescale = SpaRescale.Published, int Warmup = 50, double Clip = 1, double Beta2 = 0.98)
{
    /// <summary>T, characters of a window.</summary>
    public const int Context = 64;

    /// <summary>Windows of a batch.</summary>
    public const int Batch = 8;

    private const int Width = 64;
    private const int Heads = 4;

    /// <summary>The model of the plan.</summary>
    public VanillaTransformerConfig Model(int vocabulary)
    {
        var config = VanillaTransformerConfig.ForText(Block, Layers, Width, Heads, vocabulary, Context) with
        {
            Positions = PositionEncoding.Sinusoidal,
        };
        var block = config.Block;
        return config with
        {
            Block = block with
            {
                Spa = block.Spa is null ? null : block.Spa with { Final = Target, Rescale = Rescale },
                Activation = Eta == 0 ? block.Activation : MlpActivation.Tailored(Eta),
            },
        };
    }
}
