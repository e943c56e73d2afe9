namespace Deep.Training.SignalPropagation;

/// <summary>The schedule of signal-preserving attention over the layers of a transformer (2302.10322).</summary>
/// <remarks>Compared by value, the list of targets too.</remarks>
public sealed record SpaConfig
{
    /// <summary>Which kernels. Default exponential.</summary>
    public SpaKind Kind { get; init; } = SpaKind.Exponential;

    /// <summary>
    /// The last layer's target: gamma_L, above 0 (default 0.2, with which this suite's small models of 64 positions learn;
    /// SimplEsT-ViT trains pictures of 196 patches with 0.005), or rho_L in (0, 1).
    /// </summary>
    public double Final { get; init; } = 0.2;

    /// <summary>One target for each layer, gamma falling or rho rising; null: the schedule that ends in <see cref="Final"/>.</summary>
    public IReadOnlyList<double>? Targets { get; init; }

    /// <summary>What multiplies the attended rows. Default the published row sums.</summary>
    public SpaRescale Rescale { get; init; }

    /// <summary>
    /// The probability that two positions hold the same token, in [0, 1), which the kernel-exact rescaling reckons with: for the characters of
    /// a text about 0.06, the sum of their squared frequencies. Default 0, all tokens different; the published rescaling has no use for it.
    /// </summary>
    public double TokenRepetition { get; init; }

    /// <summary>E-SPA that ends with a decay.</summary>
    /// <param name="finalDecay">gamma_L, above 0.</param>
    public static SpaConfig Exponential(double finalDecay = 0.2) => new() { Kind = SpaKind.Exponential, Final = finalDecay };

    /// <summary>U-SPA that ends with a correlation.</summary>
    /// <param name="finalCorrelation">rho_L in (0, 1).</param>
    public static SpaConfig Uniform(double finalCorrelation = 0.8) => new() { Kind = SpaKind.Uniform, Final = finalCorrelation };

    /// <summary>The layers' attention.</summary>
    /// <param name="layers">L.</param>
    /// <param name="causal">Whether a position sees only those before it.</param>
    /// <param name="length">Positions, which only the form that is not causal has to know.</param>
    internal IReadOnlyList<SpaLayer> Layers(int layers, bool causal, int length) => (Kind, Targets) switch
    {
        (SpaKind.ColumnNormalized, _) => SpaSchedule.ColumnNormalized(layers, Final, length),
        (SpaKind.Exponential, null) => SpaSchedule.Exponential(layers, Final, causal, length),
        (SpaKind.Exponential, { } decays) => SpaSchedule.Exponential(decays, causal, length),
        (_, null) => SpaSchedule.Uniform(layers, Final, causal, length),
        (_, { } correlations) => SpaSchedule.Uniform(correlations, causal, length),
    };

    internal void Validate(int layers, bool causal)
    {
        const string Record = nameof(SpaConfig);
        ConfigurationRequirement.Defined(Kind, Record, nameof(Kind));
        ConfigurationRequirement.Defined(Rescale, Record, nameof(Rescale));
        var isDecay = Kind != SpaKind.Uniform;
        ConfigurationRequirement.That(
            Final > 0 && double.IsFinite(Final) && (isDecay || Final < 1), Record, nameof(Final), isDecay ? "a finite number above 0" : "in (0, 1)", Final);
        var isPeers = Kind == SpaKind.ColumnNormalized;
        ConfigurationRequirement.That(
            !isPeers || (!causal && Targets is null && Rescale == SpaRescale.Published), Record, nameof(Kind),
            "a kind other than SimplEsT-ViT's where attention is causal, has targets of its own or is rescaled", Kind);
        ConfigurationRequirement.That(
            TokenRepetition is >= 0 and < 1, Record, nameof(TokenRepetition), "in [0, 1)", TokenRepetition);
        ConfigurationRequirement.That(
            Targets is null || Targets.Count == layers, Record, nameof(Targets), $"one number for each of the {layers} layers", Targets?.Count);
    }

    /// <summary>True when every value is equal, those of the list among them.</summary>
    /// <param name="other">The configuration to compare with.</param>
    public bool Equals(SpaConfig? other) =>
        other is not null && Kind == other.Kind && Final.Equals(other.Final) && Rescale == other.Rescale && TokenRepetition.Equals(other.TokenRepetition)
        && (Targets is null ? other.Targets is null : other.Targets is not null && Targets.SequenceEqual(other.Targets));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Final, Rescale, Targets?.Count);
}
