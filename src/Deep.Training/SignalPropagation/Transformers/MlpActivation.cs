namespace Deep.Training.SignalPropagation;

/// <summary>The non-linearity of every MLP of a transformer, tailored to the network's depth where the kind says so.</summary>
public sealed record MlpActivation
{
    /// <summary>The kind.</summary>
    public required MlpActivationKind Kind { get; init; }

    /// <summary>
    /// Tailored leaky ReLU: eta, the network's C(0), in (0, 1); a larger one makes the network less linear and needs more layers.
    /// Default 0.5, with which this suite's small models learn; SimplEsT-ViT trains 12 layers with 0.9.
    /// </summary>
    public double Eta { get; init; } = 0.5;

    /// <summary>Leaky ReLU: the slope below 0. Default 0, which is ReLU.</summary>
    public double NegativeSlope { get; init; }

    /// <summary>Kernel shaping: the smooth activation that is shaped.</summary>
    public ActivationKind Shape { get; init; }

    /// <summary>
    /// Kernel shaping: the slope C'(1) of the whole network (Deep Kernel Shaping, above 1) or its curvature C''(1) (TAT, above 0);
    /// null: the papers' 1.5 and 0.3.
    /// </summary>
    public double? Target { get; init; }

    /// <summary>ReLU.</summary>
    public static MlpActivation Relu { get; } = new() { Kind = MlpActivationKind.LeakyRelu };

    /// <summary>GELU.</summary>
    public static MlpActivation Gelu { get; } = new() { Kind = MlpActivationKind.Gelu };

    /// <summary>Leaky ReLU tailored to the depth.</summary>
    /// <param name="eta">The network's C(0), in (0, 1).</param>
    public static MlpActivation Tailored(double eta = 0.5) => new() { Kind = MlpActivationKind.TailoredLeakyRelu, Eta = eta };

    internal bool IsTailored =>
        Kind is MlpActivationKind.TailoredLeakyRelu or MlpActivationKind.DeepKernelShaping or MlpActivationKind.TailoredSmooth;

    internal void Validate()
    {
        const string Record = nameof(MlpActivation);
        ConfigurationRequirement.Defined(Kind, Record, nameof(Kind));
        ConfigurationRequirement.Defined(Shape, Record, nameof(Shape));
        ConfigurationRequirement.That(Eta is > 0 and < 1, Record, nameof(Eta), "in (0, 1)", Eta);
        ConfigurationRequirement.That(double.IsFinite(NegativeSlope), Record, nameof(NegativeSlope), "a finite number", NegativeSlope);
        ConfigurationRequirement.That(Target is null || double.IsFinite(Target.Value), Record, nameof(Target), "a finite number", Target);
    }
}
