using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

// B batch, T frames, C channels, H x W pixels

/// <summary>DGMR's two discriminators, which see sequences of past and future frames (2104.00954, supplement, A.2).</summary>
/// <remarks>
/// In training mode each forward pass makes exactly one power iteration of every spectrally normalised weight. Names:
/// <c>spatial_discriminator</c>, <c>temporal_discriminator</c>. Not safe for concurrent use while it trains. Dispose it to free its weights.
/// </remarks>
public sealed partial class DgmrDiscriminator : Module<Tensor, DiscriminatorView?, Tensor>
{
    /// <summary>Discriminators with fresh weights, in training mode.</summary>
    /// <param name="config">What to build.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    /// <exception cref="ConfigurationException">The configuration makes no network.</exception>
    public DgmrDiscriminator(DgmrConfig config, Device? device = null)
        : this(config, device, initialize: true)
    {
    }

    private DgmrDiscriminator(DgmrConfig config, Device? device, bool initialize)
        : base(nameof(DgmrDiscriminator))
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        Config = config;
        Spatial = new SpatialDiscriminator(config, device);
        Temporal = new TemporalDiscriminator(config, device);
        register_module("spatial_discriminator", Spatial);
        register_module("temporal_discriminator", Temporal);
        if (initialize)
        {
            DgmrInitializer.Initialize(this, config.Initialization);
        }
    }

    /// <summary>What the discriminators were built from.</summary>
    public DgmrConfig Config { get; }

    /// <summary>Sees single frames.</summary>
    public SpatialDiscriminator Spatial { get; }

    /// <summary>Sees sequences.</summary>
    public TemporalDiscriminator Temporal { get; }

    /// <summary>Whether a forward pass in training mode makes a power iteration; see <see cref="IterateSpectralNorms"/>. Default true.</summary>
    public bool IteratesWhenTraining
    {
        get => Spatial.Blocks[0].First.Norm.IteratesWhenTraining;
        set => SpectralNorms.SetIterates(this, value);
    }

    /// <summary>Makes one power iteration of every spectrally normalised weight that is used.</summary>
    public void IterateSpectralNorms() => SpectralNorms.Iterate(this);

    /// <summary>Scores sequences; what is seen of them is drawn from torch's generator.</summary>
    /// <param name="frames">[B, T, C, H, W] in mm/h, the context first.</param>
    /// <returns>[B, 2]: spatial, temporal; positive for what looks real. The caller disposes it.</returns>
    /// <exception cref="ShapeException">Frames, channels or sides do not fit.</exception>
    public Tensor forward(Tensor frames) => forward(frames, null);

    /// <summary>Scores sequences.</summary>
    /// <param name="frames">[B, T, C, H, W] in mm/h, the context first; H and W multiples of 4. No NaN.</param>
    /// <param name="view">What is seen of them; null: drawn from torch's generator.</param>
    /// <returns>[B, 2]: spatial, temporal; positive for what looks real. The caller disposes it.</returns>
    /// <exception cref="ShapeException">Frames, channels or sides do not fit, or the view is of another batch.</exception>
    public override Tensor forward(Tensor frames, DiscriminatorView? view)
    {
        var sizes = Shapes.Require(frames, [Shapes.Any, Shapes.Any, Config.InputChannels, Shapes.Any, Shapes.Any], "[batch, time, channels, height, width]");
        Shapes.RequireFloat(frames);
        view ??= DiscriminatorView.Draw(Config, sizes[0], sizes[1], sizes[3], sizes[4]);
        using var scope = NewDisposeScope();
        var spatial = Spatial.forward(ChosenFrames(frames, view));
        var temporal = Temporal.forward(TemporalInput(frames, view));
        return cat([spatial, temporal], 1).MoveToOuterDisposeScope();
    }

    /// <summary>The frames that the spatial discriminator sees.</summary>
    /// <param name="frames">[B, T, C, H, W].</param>
    /// <param name="view">Which.</param>
    /// <returns>[B, N, C, H, W]. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The view is of another batch, or of frames that are not there.</exception>
    public static Tensor ChosenFrames(Tensor frames, DiscriminatorView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        var sizes = Shapes.RequireRank(frames, 5, "[batch, time, channels, height, width]");
        var chosen = view.Frames;
        var count = chosen.Count == 0 ? 0 : chosen[0].Count;
        if ((chosen.Count != 1 && chosen.Count != sizes[0]) || count == 0 || chosen.Any(list => list.Count != count || list.Any(frame => frame < 0 || frame >= sizes[1])))
        {
            throw new ShapeException($"The view names frames that {Shapes.Format(sizes)} does not have, or is of another batch.");
        }

        using var scope = NewDisposeScope();
        long[] indices = [.. Enumerable.Range(0, (int)sizes[0]).SelectMany(sample => chosen[chosen.Count == 1 ? 0 : sample].Select(frame => (sample * sizes[1]) + frame))];
        return frames.flatten(0, 1).index_select(0, tensor(indices, device: frames.device)).unflatten(0, [sizes[0], count]).MoveToOuterDisposeScope();
    }

    /// <summary>What the temporal discriminator sees: the crop, or the averaged frames.</summary>
    /// <param name="frames">[B, T, C, H, W].</param>
    /// <param name="view">Where the crop is.</param>
    /// <returns>[B, T, C, H / 2, W / 2]. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The crop does not lie in the frame.</exception>
    public Tensor TemporalInput(Tensor frames, DiscriminatorView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        var sizes = Shapes.RequireRank(frames, 5, "[batch, time, channels, height, width]");
        using var scope = NewDisposeScope();
        if (Config.Temporal == TemporalView.AveragePool)
        {
            return functional.avg_pool2d(frames.flatten(0, 1), [2, 2]).unflatten(0, [sizes[0], sizes[1]]).MoveToOuterDisposeScope();
        }

        var (height, width) = (sizes[3] / 2, sizes[4] / 2);
        if (view.Top < 0 || view.Left < 0 || view.Top + height > sizes[3] || view.Left + width > sizes[4])
        {
            throw new ShapeException($"A crop of {height} x {width} from row {view.Top}, column {view.Left} does not lie in frames {Shapes.Format(sizes)}.");
        }

        return frames.narrow(3, view.Top, height).narrow(4, view.Left, width).MoveToOuterDisposeScope();
    }

    /// <summary>Discriminators whose weights are not initialised, to be filled from a checkpoint; on the device META they cost no memory.</summary>
    internal static DgmrDiscriminator Uninitialized(DgmrConfig config, Device? device) => new(config, device, initialize: false);

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }
}
