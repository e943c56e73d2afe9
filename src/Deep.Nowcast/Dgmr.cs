using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

// B batch, M members, T frames, C channels, H x W pixels, Z noise channels

/// <summary>DGMR's generator: past radar frames and noise become one possible future (2104.00954).</summary>
/// <remarks>
/// Height and width are any multiples of 32. In training mode each forward pass makes exactly one power iteration of every spectrally
/// normalised weight; <see cref="IteratesWhenTraining"/> changes that for steps of several passes. Names: <c>conditioning_stack</c>,
/// <c>latent_stack</c>, <c>sampler</c>. Safe for concurrent prediction in eval mode; not while it trains. Dispose it to free its weights.
/// </remarks>
public sealed partial class Dgmr : Module<Tensor, Tensor, Tensor>
{
    /// <summary>A generator with fresh weights, in training mode.</summary>
    /// <param name="config">What to build.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    /// <exception cref="ConfigurationException">The configuration makes no network.</exception>
    public Dgmr(DgmrConfig config, Device? device = null)
        : this(config, device, initialize: true)
    {
    }

    private Dgmr(DgmrConfig config, Device? device, bool initialize)
        : base(nameof(Dgmr))
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        Config = config;
        Conditioning = new ContextConditioningStack(config, device);
        Latent = new LatentConditioningStack(config, device);
        Sampler = new Sampler(config, device);
        register_module("conditioning_stack", Conditioning);
        register_module("latent_stack", Latent);
        register_module("sampler", Sampler);
        if (initialize)
        {
            DgmrInitializer.Initialize(this, config.Initialization);
        }
    }

    /// <summary>What the generator was built from.</summary>
    public DgmrConfig Config { get; }

    /// <summary>What the past frames say.</summary>
    public ContextConditioningStack Conditioning { get; }

    /// <summary>What the noise says.</summary>
    public LatentConditioningStack Latent { get; }

    /// <summary>Makes frames of both.</summary>
    public Sampler Sampler { get; }

    /// <summary>Whether a forward pass in training mode makes a power iteration; see <see cref="IterateSpectralNorms"/>. Default true.</summary>
    public bool IteratesWhenTraining
    {
        get => Sampler.Output.Norm.IteratesWhenTraining;
        set => SpectralNorms.SetIterates(this, value);
    }

    /// <summary>Makes one power iteration of every spectrally normalised weight that is used.</summary>
    public void IterateSpectralNorms() => SpectralNorms.Iterate(this);

    /// <summary>Noise for frames of a size.</summary>
    /// <param name="batch">How many fields.</param>
    /// <param name="height">H, a multiple of 32.</param>
    /// <param name="width">W, a multiple of 32.</param>
    /// <param name="generator">Where the numbers come from; null: torch's own.</param>
    /// <param name="scale">The standard deviation; the paper's calibrated variant uses 2. Default 1.</param>
    /// <returns>[batch, Z, H / 32, W / 32] on the generator's device. The caller disposes it.</returns>
    /// <exception cref="ShapeException">A side is no multiple of 32, or the batch is below one.</exception>
    /// <exception cref="ConfigurationException">The scale is negative or not finite.</exception>
    public Tensor Noise(long batch, long height, long width, Generator? generator = null, double scale = 1)
    {
        Require.That(double.IsFinite(scale) && scale >= 0, nameof(scale), "finite and not negative", scale);
        const int stride = DgmrConfig.LatentStride;
        if (batch < 1 || height < stride || width < stride || height % stride != 0 || width % stride != 0)
        {
            throw new ShapeException($"Noise is for one frame or more with sides that are multiples of {stride}, not for {batch} of {height} x {width}.");
        }

        using var scope = NewDisposeScope();
        // Drawn on the CPU, where the same seed gives the same numbers whatever the generator's device.
        var noise = randn([batch, Config.NoiseChannels, height / stride, width / stride], dtype: ScalarType.Float32, device: CPU, generator: generator);
        return noise.Times(scale).to(Sampler.Norm.Weight.device).MoveToOuterDisposeScope();
    }

    /// <summary>One possible future for each noise field.</summary>
    /// <param name="context">[B, T, C, H, W] in mm/h, the newest last; H and W multiples of 32. No NaN.</param>
    /// <param name="noise">
    /// [B M, Z, H / 32, W / 32]: M members of each context, those of one beside each other; they share the conditioning stack.
    /// </param>
    /// <returns>[B M, forecast steps, C, H, W] in mm/h, linear: the caller clamps at 0, and disposes it.</returns>
    /// <exception cref="ShapeException">A shape differs.</exception>
    public override Tensor forward(Tensor context, Tensor noise) => Forecast(context, noise, Config.ForecastSteps);

    /// <summary>One possible future of any length for each noise field.</summary>
    /// <param name="context">As in <see cref="forward"/>.</param>
    /// <param name="noise">As in <see cref="forward"/>.</param>
    /// <param name="steps">Frames, one or more; beyond those trained, the recurrence goes on.</param>
    /// <returns>[B M, steps, C, H, W] in mm/h, linear. The caller disposes it.</returns>
    /// <exception cref="ShapeException">A shape differs.</exception>
    public Tensor Forecast(Tensor context, Tensor noise, int steps)
    {
        var sizes = FrameShapes.Require(context, Config.ContextFrames, Config.InputChannels);
        var fields = Shapes.Require(noise, [Shapes.Any, Config.NoiseChannels, sizes[3] / DgmrConfig.LatentStride, sizes[4] / DgmrConfig.LatentStride],
            "[batch, noise channels, height / 32, width / 32]")[0];
        if (fields == 0 || fields % sizes[0] != 0)
        {
            throw new ShapeException($"noise must hold a multiple of the {sizes[0]} contexts, but holds {fields} fields.");
        }

        using var scope = NewDisposeScope();
        var states = Conditioning.forward(context);
        var members = fields / sizes[0];
        if (members > 1)
        {
            states = [.. states.Select(state => state.unsqueeze(1).expand(-1, members, -1, -1, -1).flatten(0, 1))];
        }

        return Sampler.Sample(states, Latent.forward(noise), steps).MoveToOuterDisposeScope();
    }

    /// <summary>A generator whose weights are not initialised, to be filled from a checkpoint; on the device META it costs no memory.</summary>
    internal static Dgmr Uninitialized(DgmrConfig config, Device? device) => new(config, device, initialize: false);

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }
}
