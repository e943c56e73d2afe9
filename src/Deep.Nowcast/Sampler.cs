using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

// B batch, T steps, L latent channels, S state channels, C channels, H x W pixels of a frame

/// <summary>The sampler: four levels of recurrent units unroll the latent representation into future frames (supplement, A.1).</summary>
/// <remarks>
/// What is not recurrent runs on all steps as one batch, so in training mode batch norms take their statistics over all steps.
/// Names: <c>convGRU1</c> to <c>4</c>, <c>gru_conv_1x1</c>, <c>gru_conv_1x1_2</c> to <c>_4</c>, <c>g1</c> to <c>4</c>, <c>up_g1</c> to
/// <c>4</c>, the coarsest first; <c>bn</c>, <c>conv_1x1</c>.
/// </remarks>
public sealed class Sampler : Module<IReadOnlyList<Tensor>, Tensor, Tensor>
{
    internal Sampler(DgmrConfig config, Device? device)
        : base(nameof(Sampler))
    {
        (Steps, OutputChannels, LatentChannels) = (config.ForecastSteps, config.InputChannels, config.LatentChannels);
        var levels = new List<SamplerLevel>();
        for (var level = 0; level < 4; level++)
        {
            var (latent, state) = (config.LatentChannels >> level, config.ContextChannels >> level);
            levels.Add(new SamplerLevel(
                new ConvGru(latent, state, config.GeneratorSpectralEpsilon, device),
                new SpectralConv(state, latent, 1, config.SpectralEpsilon, device: device),
                new GBlock(latent, latent, config, device),
                new UpsamplingGBlock(latent, latent / 2, config, device)));
            var number = level + 1;
            register_module($"convGRU{number}", levels[level].Gru);
            register_module(level == 0 ? "gru_conv_1x1" : $"gru_conv_1x1_{number}", levels[level].Projection);
            register_module($"g{number}", levels[level].Block);
            register_module($"up_g{number}", levels[level].Upsampling);
        }

        Levels = levels;
        Norm = new BatchNorm(config.LatentChannels / 16, config.BatchNormEpsilon, config.BatchNormMomentum, device);
        Output = new SpectralConv(config.LatentChannels / 16, 4 * OutputChannels, 1, config.SpectralEpsilon, device: device);
        register_module("bn", Norm);
        register_module("conv_1x1", Output);
    }

    /// <summary>T.</summary>
    public int Steps { get; }

    /// <summary>C.</summary>
    public int OutputChannels { get; }

    /// <summary>L.</summary>
    public int LatentChannels { get; }

    /// <summary>The four levels, the coarsest first.</summary>
    public IReadOnlyList<SamplerLevel> Levels { get; }

    /// <summary>The norm before the output.</summary>
    public BatchNorm Norm { get; }

    /// <summary>To four sub-pixels of each channel.</summary>
    public SpectralConv Output { get; }

    /// <summary>Samples future frames.</summary>
    /// <param name="states">From the conditioning stack, the finest first.</param>
    /// <param name="latent">[B, L, H / 32, W / 32].</param>
    /// <returns>[B, T, C, H, W], linear. The caller disposes it.</returns>
    /// <exception cref="ShapeException">A shape differs.</exception>
    public override Tensor forward(IReadOnlyList<Tensor> states, Tensor latent) => Sample(states, latent, Steps);

    /// <summary>Samples any number of future frames.</summary>
    /// <param name="states">From the conditioning stack, the finest first.</param>
    /// <param name="latent">[B, L, H / 32, W / 32].</param>
    /// <param name="steps">T, one or more.</param>
    /// <returns>[B, T, C, H, W], linear. The caller disposes it.</returns>
    /// <exception cref="ShapeException">A shape differs.</exception>
    /// <exception cref="ConfigurationException"><paramref name="steps"/> is below one.</exception>
    public Tensor Sample(IReadOnlyList<Tensor> states, Tensor latent, int steps)
    {
        ArgumentNullException.ThrowIfNull(states);
        Require.That(steps >= 1, nameof(steps), "1 or more", steps);
        Require.That(states.Count == 4, nameof(states), "four tensors, one for each resolution", states.Count);
        var batch = Shapes.Require(latent, [Shapes.Any, LatentChannels, Shapes.Any, Shapes.Any], "[batch, latent channels, height, width]")[0];
        using var scope = NewDisposeScope();
        var x = latent;
        for (var level = 0; level < 4; level++)
        {
            using var levelScope = NewDisposeScope();
            var unit = Levels[level];
            var unrolled = level == 0
                ? unit.Gru.Repeat(x, states[3], steps)
                : unit.Gru.forward(x.unflatten(0, [steps, batch]), states[3 - level]);
            x = unit.AfterRecurrence(unrolled.flatten(0, 1)).MoveToOuterDisposeScope(); // [T B, L', H', W']
        }

        var frames = functional.pixel_shuffle(Output.forward(Norm.forward(x).relu_()), 2);
        return frames.unflatten(0, [steps, batch]).transpose(0, 1).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }
}
