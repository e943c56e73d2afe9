using static TorchSharp.torch;

namespace Deep.Perceivers;

/// <summary>How a checkpoint becomes a network.</summary>
/// <remarks>
/// What tensors cannot say is chosen by their source. DeepMind's files: tanh GELU, no attention where everything is
/// hidden, and the learned-position model does not add its query. Hugging Face's files: the GELU of their config.json
/// (exact where there is none), uniform attention where everything is hidden, the query is added; but borders of
/// convolutions as DeepMind's, with the kernels' height and width exchanged back, because their conversion exchanged
/// them by mistake. krasserm's and lucidrains' files: exact GELU, uniform attention.
/// </remarks>
public sealed record PerceiverLoadOptions
{
    /// <summary>
    /// What to build; null: what the checkpoint's metadata say, else what the config.json of Hugging Face or krasserm
    /// beside it says, else the published configuration that has these tensors.
    /// </summary>
    public PerceiverConfig? Config { get; init; }

    /// <summary>Where the network is; null: the default device.</summary>
    public Device? Device { get; init; }

    /// <summary>
    /// Which GELU; null, the default: by the source. Weights that DeepMind published and others converted were trained
    /// with <see cref="GeluForm.Tanh"/>.
    /// </summary>
    public GeluForm? Gelu { get; init; }

    /// <summary>
    /// How the convolutional preprocessor treats borders; null, the default: as DeepMind's.
    /// <see cref="ConvSemantics.HuggingFace"/> gives Hugging Face's own numbers from their files: their kernels as they
    /// are, their borders.
    /// </summary>
    public ConvSemantics? ConvSemantics { get; init; }

    /// <summary>
    /// True: the kernels of the convolutional preprocessor in Hugging Face's files are not exchanged back, for files
    /// that were trained there rather than converted from DeepMind's. Default false.
    /// </summary>
    public bool KeepKernels { get; init; }

    /// <summary>
    /// Whether the decoder adds its query; null, the default: as the configuration says. DeepMind's learned-position
    /// model does not add it, Hugging Face's adds it.
    /// </summary>
    public bool? DecoderQueryResidual { get; init; }

    /// <summary>
    /// A configuration whose decoder and postprocessor are put, freshly initialised, on the checkpoint's preprocessor and
    /// encoder, to be trained for another task: <c>NewOutput = PerceiverConfig.Glue(classes: 3)</c>. Null, the default:
    /// the checkpoint's own.
    /// </summary>
    public PerceiverConfig? NewOutput { get; init; }

    /// <summary>
    /// A change of the configuration that leaves every tensor as it is; null: none. It is made last, to
    /// <see cref="Config"/> or to what the checkpoint says.
    /// </summary>
    public Func<PerceiverConfig, PerceiverConfig>? Change { get; init; }

    /// <summary>The configuration with these choices in it.</summary>
    internal PerceiverConfig Apply(PerceiverConfig config)
    {
        var chosen = config with
        {
            Gelu = Gelu ?? config.Gelu,
            Preprocessor = ConvSemantics is { } semantics && config.Preprocessor is ConvConfig conv
                ? conv with { Semantics = semantics }
                : config.Preprocessor,
            Decoder = DecoderQueryResidual is { } residual && config.Decoder is { } decoder
                ? decoder with { UseQueryResidual = residual }
                : config.Decoder,
        };
        return Change?.Invoke(chosen) ?? chosen;
    }
}
