using System.Text.Json;

namespace Deep.Nowcast;

// Skilful precipitation nowcasting using deep generative models of radar, 2104.00954 (Nature 597, 2021).

/// <summary>
/// Everything that is needed to build DGMR's generator and discriminators: immutable, comparable by value, stored with
/// checkpoints. The defaults are the paper's.
/// </summary>
/// <remarks>
/// Each difference between the paper, DeepMind's pseudocode and the code that public weights were trained with is one named
/// option. Start from a variant: <c>DgmrConfig.Paper with { ContextChannels = 96, LatentChannels = 192 }</c>.
/// </remarks>
public sealed partial record DgmrConfig
{
    /// <summary>How much smaller than a frame the latents are, along each axis: frames are multiples of it.</summary>
    public const int LatentStride = 32;

    /// <summary>The published name, or a name of your own.</summary>
    public string Name { get; init; } = "custom";

    /// <summary>C, the channels of a frame. Default 1, the rain rate.</summary>
    public int InputChannels { get; init; } = 1;

    /// <summary>Frames that a forecast starts from. Default 4, twenty minutes.</summary>
    public int ContextFrames { get; init; } = 4;

    /// <summary>Frames of a forecast. Default 18, ninety minutes. No weight depends on it.</summary>
    public int ForecastSteps { get; init; } = 18;

    /// <summary>S, the channels of the coarsest recurrent state, halved at each finer one; a multiple of 8. Default 384.</summary>
    public int ContextChannels { get; init; } = 384;

    /// <summary>L, the channels of the latent representation, halved at each finer level; a multiple of 32. Default 768.</summary>
    public int LatentChannels { get; init; } = 768;

    /// <summary>The channels of the noise z [B, 8, H / 32, W / 32]; at most L / 32. Default 8.</summary>
    public int NoiseChannels { get; init; } = 8;

    /// <summary>Over what the latent stack attends. Default over pixels.</summary>
    public AttentionAxes Attention { get; init; }

    /// <summary>The hidden channels of G blocks. Default as many as go out.</summary>
    public HiddenWidth GeneratorHidden { get; init; } = HiddenWidth.Output;

    /// <summary>The hidden channels of D blocks, in discriminators and conditioning stack. Default as many as come in.</summary>
    public HiddenWidth DiscriminatorHidden { get; init; } = HiddenWidth.Input;

    /// <summary>When D blocks have a convolution in the shortcut. Default where channels or size change.</summary>
    public ShortcutRule Shortcuts { get; init; }

    /// <summary>
    /// True: blocks whose shortcut is the input keep the 1 x 1 convolution that openclimatefix gives them and never uses,
    /// so that checkpoints are written as they were read. These weights have no gradient. Default false.
    /// </summary>
    public bool UnusedShortcuts { get; init; }

    /// <summary>The channels of a frame in the conditioning stack. Default reduced.</summary>
    public ConditioningWidths Conditioning { get; init; }

    /// <summary>How the conditioning stack joins frames. Default frame by frame.</summary>
    public FrameOrder FrameOrder { get; init; }

    /// <summary>
    /// True, the default: the batch norm before the discriminators' linear layers subtracts the mean and adds a bias, without
    /// dividing by the deviation (the paper). False: a whole batch norm.
    /// </summary>
    public bool MeanOnlyBatchNorm { get; init; } = true;

    /// <summary>Which frames the spatial discriminator sees. Default lead times, each once.</summary>
    public FrameChoice Frames { get; init; }

    /// <summary>What the temporal discriminator sees. Default a random crop.</summary>
    public TemporalView Temporal { get; init; }

    /// <summary>How many frames the spatial discriminator sees. Default 8.</summary>
    public int SpatialFrames { get; init; } = 8;

    /// <summary>The channels of the discriminators' first block, doubled by each that follows. Default 48.</summary>
    public int DiscriminatorChannels { get; init; } = 48;

    /// <summary>
    /// Halving blocks of the spatial discriminator between the first and the last. Default 4. Frames have at least
    /// 8 x 2^n pixels along each axis: 128.
    /// </summary>
    public int SpatialBlocks { get; init; } = 4;

    /// <summary>
    /// Halving blocks of the temporal discriminator between the two in space and time and the last. Default 3. Frames have at
    /// least 16 x 2^n pixels along each axis: 128.
    /// </summary>
    public int TemporalBlocks { get; init; } = 3;

    /// <summary>How fresh weights are drawn. Default orthogonal.</summary>
    public DgmrInitialization Initialization { get; init; }

    /// <summary>The summand of batch norms' variances. Default 1e-5.</summary>
    public double BatchNormEpsilon { get; init; } = 1e-5;

    /// <summary>How much of a batch goes into batch norms' running averages. Default 0.001 (a decay of 0.999); openclimatefix 0.1.</summary>
    public double BatchNormMomentum { get; init; } = 0.001;

    /// <summary>The smallest norm that spectral normalisation divides by, in G blocks and recurrent units. Default 1e-4.</summary>
    public double GeneratorSpectralEpsilon { get; init; } = 1e-4;

    /// <summary>The smallest norm that spectral normalisation divides by, elsewhere. Default 1e-12.</summary>
    public double SpectralEpsilon { get; init; } = 1e-12;

    /// <summary>The channels of one frame after each of the conditioning stack's four blocks.</summary>
    public IReadOnlyList<int> FrameChannels => Conditioning == ConditioningWidths.Full
        ? [ContextChannels / 8, ContextChannels / 4, ContextChannels / 2, ContextChannels]
        : [ContextChannels / 4 / ContextFrames, ContextChannels / 2 / ContextFrames, ContextChannels / ContextFrames, 2 * ContextChannels / ContextFrames];

    /// <summary>The channels of the recurrent states, from the finest (a quarter of the frame's sides) to the coarsest (a 32nd).</summary>
    public IReadOnlyList<int> StateChannels => [ContextChannels / 8, ContextChannels / 4, ContextChannels / 2, ContextChannels];

    /// <summary>Reads a configuration that <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <returns>The configuration, validated.</returns>
    /// <exception cref="ConfigurationException">The text is not a configuration, or a value is out of range.</exception>
    public static DgmrConfig FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            var config = JsonSerializer.Deserialize(json, DgmrConfigJson.Default.DgmrConfig)
                ?? throw new ConfigurationException(nameof(DgmrConfig), "a JSON object", "null");
            config.Validate();
            return config;
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new ConfigurationException($"{nameof(DgmrConfig)}{(error as JsonException)?.Path}", "the JSON of a configuration", error.Message);
        }
    }

    /// <summary>The configuration as JSON, complete: <see cref="FromJson"/> gives an equal one.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, DgmrConfigJson.Default.DgmrConfig);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}: {ContextFrames} frames to {ForecastSteps}, {ContextChannels} state and {LatentChannels} latent channels";

    /// <summary>Checks that the numbers make networks.</summary>
    /// <exception cref="ConfigurationException">One does not; the message names it, the range and the value.</exception>
    public void Validate()
    {
        AtLeastOne(InputChannels, nameof(InputChannels));
        AtLeastOne(ContextFrames, nameof(ContextFrames));
        AtLeastOne(ForecastSteps, nameof(ForecastSteps));
        AtLeastOne(NoiseChannels, nameof(NoiseChannels));
        AtLeastOne(SpatialFrames, nameof(SpatialFrames));
        AtLeastOne(DiscriminatorChannels, nameof(DiscriminatorChannels));
        var step = Conditioning == ConditioningWidths.Reduced ? Lcm(8, 4L * ContextFrames) : 8;
        Require.That(ContextChannels > 0 && ContextChannels % step == 0 && ContextChannels <= 1 << 20, At(nameof(ContextChannels)),
            $"a positive multiple of {step}, at most 1,048,576", ContextChannels);
        Require.That(LatentChannels > 0 && LatentChannels % 32 == 0 && LatentChannels <= 1 << 20, At(nameof(LatentChannels)),
            "a positive multiple of 32, at most 1,048,576", LatentChannels);
        Require.That(NoiseChannels <= LatentChannels / 32, At(nameof(NoiseChannels)), $"at most {LatentChannels / 32}, a 32nd of the latent channels", NoiseChannels);
        Require.That(Frames == FrameChoice.AnyWithReplacement || SpatialFrames <= ForecastSteps, At(nameof(SpatialFrames)),
            $"at most the {ForecastSteps} lead times", SpatialFrames);
        Require.That(SpatialBlocks is >= 0 and <= 16, At(nameof(SpatialBlocks)), "0 to 16", SpatialBlocks);
        Require.That(TemporalBlocks is >= 0 and <= 16, At(nameof(TemporalBlocks)), "0 to 16", TemporalBlocks);
        Require.That((long)DiscriminatorChannels << (Math.Max(SpatialBlocks, TemporalBlocks) + 2) <= 1 << 24, At(nameof(DiscriminatorChannels)),
            "so small that the widest block has at most 16,777,216 channels", DiscriminatorChannels);
        Require.That(BatchNormEpsilon is > 0 and < 1, At(nameof(BatchNormEpsilon)), "between 0 and 1", BatchNormEpsilon);
        Require.That(BatchNormMomentum is > 0 and <= 1, At(nameof(BatchNormMomentum)), "above 0, at most 1", BatchNormMomentum);
        Require.That(GeneratorSpectralEpsilon is > 0 and < 1, At(nameof(GeneratorSpectralEpsilon)), "between 0 and 1", GeneratorSpectralEpsilon);
        Require.That(SpectralEpsilon is > 0 and < 1, At(nameof(SpectralEpsilon)), "between 0 and 1", SpectralEpsilon);
        Defined(Attention, nameof(Attention));
        Defined(GeneratorHidden, nameof(GeneratorHidden));
        Defined(DiscriminatorHidden, nameof(DiscriminatorHidden));
        Defined(Shortcuts, nameof(Shortcuts));
        Defined(Conditioning, nameof(Conditioning));
        Defined(FrameOrder, nameof(FrameOrder));
        Defined(Frames, nameof(Frames));
        Defined(Temporal, nameof(Temporal));
        Defined(Initialization, nameof(Initialization));
    }

    private static long Lcm(long a, long b) => a / (long)System.Numerics.BigInteger.GreatestCommonDivisor(a, b) * b;

    private static string At(string property) => $"{nameof(DgmrConfig)}.{property}";

    private static void AtLeastOne(int value, string property) => Require.That(value is >= 1 and <= 1 << 20, At(property), "1 to 1,048,576", value);

    private static void Defined<T>(T value, string property) where T : struct, Enum =>
        Require.That(Enum.IsDefined(value), At(property), $"one of {string.Join(", ", Enum.GetNames<T>())}", value);
}
