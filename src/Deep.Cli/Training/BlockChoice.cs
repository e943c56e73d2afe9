using Deep.Training.SignalPropagation;

namespace Deep.Cli.Training;

/// <summary>The blocks of a transformer that a command line can name.</summary>
internal static class BlockChoice
{
    /// <summary>Exponential signal-preserving attention.</summary>
    public const string ExponentialSpa = "e-spa";

    private static readonly Dictionary<string, BlockKind> Kinds = new(StringComparer.Ordinal)
    {
        ["plain"] = BlockKind.Plain,
        ["pre-ln"] = BlockKind.PreLN,
        ["post-ln"] = BlockKind.PostLN,
        [ExponentialSpa] = BlockKind.ExponentialSpa,
        ["u-spa"] = BlockKind.UniformSpa,
        ["value-skipinit"] = BlockKind.ValueSkipInit,
        ["shaped"] = BlockKind.Shaped,
        ["sas"] = BlockKind.Sas,
        ["sas-p"] = BlockKind.SasParallel,
        ["parallel"] = BlockKind.Parallel,
        ["op"] = BlockKind.OutlierProtected,
    };

    private static readonly Dictionary<string, PositionEncoding> Encodings = new(StringComparer.Ordinal)
    {
        ["none"] = PositionEncoding.None,
        ["sinusoidal"] = PositionEncoding.Sinusoidal,
        ["learned"] = PositionEncoding.Learned,
        ["rotary"] = PositionEncoding.Rotary,
        ["alibi"] = PositionEncoding.Alibi,
        ["t5"] = PositionEncoding.T5Bias,
    };

    private static readonly Dictionary<string, MlpActivationKind> ActivationKinds = new(StringComparer.Ordinal)
    {
        ["tailored"] = MlpActivationKind.TailoredLeakyRelu,
        ["leaky-relu"] = MlpActivationKind.LeakyRelu,
        ["relu"] = MlpActivationKind.LeakyRelu,
        ["gelu"] = MlpActivationKind.Gelu,
        ["gelu-tanh"] = MlpActivationKind.GeluTanh,
        ["silu"] = MlpActivationKind.Silu,
        ["tanh"] = MlpActivationKind.Tanh,
    };

    private static readonly Dictionary<string, SpaRescale> Rescalings = new(StringComparer.Ordinal)
    {
        ["published"] = SpaRescale.Published,
        ["exact"] = SpaRescale.KernelExact,
    };

    /// <summary>The names of blocks.</summary>
    public static IReadOnlyCollection<string> Blocks => Kinds.Keys;

    /// <summary>The names of position encodings.</summary>
    public static IReadOnlyCollection<string> Positions => Encodings.Keys;

    /// <summary>The names of activations.</summary>
    public static IReadOnlyCollection<string> Activations => ActivationKinds.Keys;

    /// <summary>The names of rescalings.</summary>
    public static IReadOnlyCollection<string> Rescales => Rescalings.Keys;

    /// <summary>The block of a name from <see cref="Blocks"/>.</summary>
    public static BlockKind Kind(string name) => Kinds[name];

    /// <summary>The encoding of a name from <see cref="Positions"/>.</summary>
    public static PositionEncoding Position(string name) => Encodings[name];

    /// <summary>The activation of a name from <see cref="Activations"/>.</summary>
    public static MlpActivationKind Activation(string name) => ActivationKinds[name];

    /// <summary>The rescaling of a name from <see cref="Rescales"/>.</summary>
    public static SpaRescale Rescale(string name) => Rescalings[name];
}
