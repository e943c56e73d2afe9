using System.ComponentModel;
using Deep.Cli.Training;
using Deep.Training;
using Deep.Training.SignalPropagation;
using Spectre.Console;
using Spectre.Console.Cli;
using static Deep.Cli.Commands.OptionRule;

namespace Deep.Cli.Commands;

/// <summary>What commands that build a transformer can be told about it.</summary>
internal abstract class TransformerSettings : MachineSettings
{
    // One or two ReLUs take C(0) to 0.32 or 0.49: the usual target cannot be reached.
    private const int FewLayers = 3;
    private const double EtaOfFewLayers = 0.3;

    [CommandOption("--block <NAME>")]
    [Description("e-spa, u-spa, value-skipinit, shaped, sas, sas-p, pre-ln, post-ln, parallel, op, or plain.")]
    [DefaultValue(BlockChoice.ExponentialSpa)]
    public string Block { get; init; } = BlockChoice.ExponentialSpa;

    [CommandOption("--layers <COUNT>")]
    [Description("Blocks.")]
    [DefaultValue(12)]
    public int Layers { get; init; } = 12;

    [CommandOption("--width <COUNT>")]
    [Description("Features of a position.")]
    [DefaultValue(128)]
    public int Width { get; init; } = 128;

    [CommandOption("--heads <COUNT>")]
    [Description("Attention heads, a divisor of the width.")]
    [DefaultValue(4)]
    public int Heads { get; init; } = 4;

    [CommandOption("--mlp-width <COUNT>")]
    [Description("Features inside the MLP; default: four times the width.")]
    public int? MlpWidth { get; init; }

    [CommandOption("--context <COUNT>")]
    [Description("Positions that the model is trained on.")]
    [DefaultValue(128)]
    public int Context { get; init; } = 128;

    [CommandOption("--gamma <RATE>")]
    [Description("Of e-spa: how fast the last layer's kernel decays with distance. Default 0.2.")]
    public double? Gamma { get; init; }

    [CommandOption("--rho <CORRELATION>")]
    [Description("Of u-spa: the last layer's correlation. Default 0.8.")]
    public double? Rho { get; init; }

    [CommandOption("--rescale <NAME>")]
    [Description("Of e-spa and u-spa: 'published' row sums or the kernel's 'exact' factors. Default published.")]
    public string? Rescale { get; init; }

    [CommandOption("--activation <NAME>")]
    [Description("tailored (leaky ReLU for the depth), relu, leaky-relu, gelu, gelu-tanh, silu or tanh; default: the block's own.")]
    public string? Activation { get; init; }

    [CommandOption("--eta <SHARE>")]
    [Description("Of the tailored leaky ReLU: C(0) of the whole network, in (0, 1). Default 0.5, with one or two layers 0.3.")]
    public double? Eta { get; init; }

    [CommandOption("--slope <SLOPE>")]
    [Description("Of the leaky ReLU: its slope below 0. Default 0.01.")]
    public double? Slope { get; init; }

    [CommandOption("--skip <WEIGHT>")]
    [Description("Of blocks without skips: adds skips of this weight, from 0 to below 1, that keep the stream's size; default: none.")]
    public double? Skip { get; init; }

    [CommandOption("--position <NAME>")]
    [Description("none, sinusoidal, learned, rotary, alibi or t5.")]
    [DefaultValue("none")]
    public string Position { get; init; } = "none";

    [CommandOption("--tied-head")]
    [Description("The head is the embedding's transpose.")]
    public bool TiedHead { get; init; }

    [CommandOption("--qk-norm")]
    [Description("Normalises queries and keys.")]
    public bool QueryKeyNorm { get; init; }

    [CommandOption("--softcap <LOGIT>")]
    [Description("Bounds attention's logits smoothly, 30 say; default: no bound.")]
    public double? SoftCap { get; init; }

    [CommandOption("--seed <NUMBER>")]
    [Description("Start of every random draw: the same seed and threads give the same weights.")]
    [DefaultValue(0L)]
    public long Seed { get; init; }

    /// <summary>The options that decide what the model is.</summary>
    private protected IEnumerable<(string Option, object? Value)> FixedModel =>
    [
        ("--block", Block), ("--layers", Layers), ("--width", Width), ("--heads", Heads), ("--mlp-width", MlpWidth),
        ("--context", Context), ("--gamma", Gamma), ("--rho", Rho), ("--rescale", Rescale), ("--activation", Activation),
        ("--eta", Eta), ("--slope", Slope), ("--skip", Skip), ("--position", Position), ("--tied-head", TiedHead), ("--qk-norm", QueryKeyNorm),
        ("--softcap", SoftCap), ("--seed", Seed),
    ];

    /// <summary>The configuration that the options mean.</summary>
    /// <param name="vocabulary">The number of tokens.</param>
    /// <param name="text">What is read, whose repetitions the kernel-exact rescaling reckons with; null where it is not known.</param>
    /// <exception cref="ConfigurationException">The options make no model together.</exception>
    public VanillaTransformerConfig Config(int vocabulary, TokenSequence? text)
    {
        var rescale = Rescale is null ? SpaRescale.Published : BlockChoice.Rescale(Rescale);
        var config = VanillaTransformerConfig.ForText(BlockChoice.Kind(Block), Layers, Width, Heads, vocabulary, Context);
        var block = config.Block with
        {
            Spa = config.Block.Spa is { } spa
                ? spa with
                {
                    Final = Gamma ?? Rho ?? spa.Final,
                    Rescale = rescale,
                    TokenRepetition = rescale == SpaRescale.KernelExact ? text?.Repetition() ?? 0 : 0,
                }
                : null,
            Activation = ActivationOf(config.Block.Activation),
            QueryKeyNorm = QueryKeyNorm || config.Block.QueryKeyNorm,
            LogitSoftCap = SoftCap ?? config.Block.LogitSoftCap,
        };
        if (Skip is { } weight)
        {
            block = block is { AttentionSkip: null, MlpSkip: null, Parallel: false }
                ? block.WithNormalizedSkips(new NormalizedSkip { Weight = weight })
                : throw new WrongInputException($"--skip must be left out for {Block}, which has skips of its own or runs its parts side by side; found {weight}.");
        }

        config = config with
        {
            Name = Block,
            MlpWidth = MlpWidth ?? 0,
            Positions = BlockChoice.Position(Position),
            TiedHead = TiedHead,
            Block = block,
        };
        config.Validate();
        return config;
    }

    public override ValidationResult Validate() =>
        OneOf(BlockChoice.Blocks, "--block", Block)
        ?? Check(Layers is >= 1 and <= 10_000, "--layers", "from 1 to 10000", Layers)
        ?? Check(Width is >= 1 and <= 100_000, "--width", "from 1 to 100000", Width)
        ?? Check(Heads >= 1 && Width % Heads == 0, "--heads", $"a divisor of the width of {Width}", Heads)
        ?? Check(MlpWidth is null or (>= 1 and <= 1_000_000), "--mlp-width", "from 1 to 1000000", MlpWidth)
        ?? Check(Context is >= 2 and <= 1_000_000, "--context", "from 2 to 1000000", Context)
        ?? Check(Gamma is null || Block == BlockChoice.ExponentialSpa, "--gamma", "left out unless the block is e-spa", Gamma)
        ?? Check(Gamma is null or (> 0 and <= double.MaxValue), "--gamma", "above 0", Gamma)
        ?? Check(Rho is null || Block == "u-spa", "--rho", "left out unless the block is u-spa", Rho)
        ?? Check(Rho is null or (> 0 and < 1), "--rho", "above 0 and below 1", Rho)
        ?? Check(Rescale is null || Block is BlockChoice.ExponentialSpa or "u-spa", "--rescale", "left out unless the block is e-spa or u-spa", Rescale)
        ?? OneOf(BlockChoice.Rescales, "--rescale", Rescale)
        ?? OneOf(BlockChoice.Activations, "--activation", Activation)
        ?? Check(Eta is null || Activation is null or "tailored", "--eta", "left out unless the activation is tailored", Eta)
        ?? Check(Eta is null or (> 0 and < 1), "--eta", "above 0 and below 1", Eta)
        ?? Check(Slope is null || Activation == "leaky-relu", "--slope", "left out unless the activation is leaky-relu", Slope)
        ?? Check(Slope is null || double.IsFinite(Slope.Value), "--slope", "a number", Slope)
        ?? Check(Skip is null or (>= 0 and < 1), "--skip", "from 0 to below 1", Skip)
        ?? OneOf(BlockChoice.Positions, "--position", Position)
        ?? Check(SoftCap is null or (> 0 and <= double.MaxValue), "--softcap", "above 0", SoftCap)
        ?? Check(Seed >= 0, "--seed", "0 or more", Seed)
        ?? base.Validate();

    private MlpActivation ActivationOf(MlpActivation own)
    {
        var activation = Activation is null
            ? own
            : new MlpActivation { Kind = BlockChoice.Activation(Activation), NegativeSlope = Activation == "leaky-relu" ? Slope ?? 0.01 : 0 };
        if (Eta is not null && activation.Kind != MlpActivationKind.TailoredLeakyRelu)
        {
            throw new WrongInputException($"--eta must be left out unless the activation is tailored; that of {Block} is {activation.Kind}.");
        }

        return activation with { Eta = Eta ?? (Layers < FewLayers ? EtaOfFewLayers : activation.Eta) };
    }
}
