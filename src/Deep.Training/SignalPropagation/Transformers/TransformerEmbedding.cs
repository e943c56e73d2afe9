using System.Runtime.InteropServices;
using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.SignalPropagation;

// N batch, T positions, F features, V vocabulary, C channels, H x W pixels of a picture, p x q pixels of a patch

/// <summary>Tokens or patches as vectors, with the positions that are added to them.</summary>
/// <remarks>
/// Parameters: tokens [V, F], or patches [F, C, p, q] and patches_bias [F]; positions [length, F] where they are learned. Sums are scaled so
/// that their mean square is 1 where both summands' is, unless the configuration says otherwise.
/// </remarks>
public sealed class TransformerEmbedding : Module<Tensor, Tensor>
{
    private static readonly double HalfRoot = Math.Sqrt(0.5);
    private readonly VanillaTransformerConfig config;

    internal TransformerEmbedding(VanillaTransformerConfig config, Device? device)
        : base(nameof(TransformerEmbedding))
    {
        this.config = config;
        if (config.Patches is { } patches)
        {
            register_parameter("patches", ModuleParameter.Of(zeros([config.Width, patches.Channels, patches.PatchHeight, patches.PatchWidth], device: device)));
            register_parameter("patches_bias", ModuleParameter.Of(zeros(config.Width, device: device)));
        }
        else
        {
            register_parameter("tokens", ModuleParameter.Of(zeros(config.Vocabulary, config.Width, device: device)));
        }

        if (config.Positions == PositionEncoding.Learned)
        {
            register_parameter("positions", ModuleParameter.Of(zeros(config.Length, config.Width, device: device)));
        }
        else if (config.Positions == PositionEncoding.Sinusoidal)
        {
            using var scope = NewDisposeScope();
            register_buffer("positions", Sinusoids(0, config.Length, device).DetachFromDisposeScope(), persistent: false);
        }
    }

    /// <summary>The vectors of the tokens [V, F], or null.</summary>
    public Parameter? Tokens => get_parameter("tokens");

    /// <summary>The filters of the patches [F, C, p, q], or null.</summary>
    public Parameter? Patches => get_parameter("patches");

    /// <summary>The bias of the patches [F], or null.</summary>
    public Parameter? PatchesBias => get_parameter("patches_bias");

    /// <summary>The learned positions [length, F], or null.</summary>
    public Parameter? Positions => get_parameter("positions");

    /// <summary>Embeds from position 0.</summary>
    /// <param name="x">Tokens [N, T], int64, or pictures [N, C, H, W].</param>
    /// <returns>[N, T, F]. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is not such a batch.</exception>
    public override Tensor forward(Tensor x) => Embed(x, 0);

    /// <summary>The vectors without positions.</summary>
    /// <param name="x">Tokens [N, T], int64, or pictures [N, C, H, W].</param>
    /// <returns>[N, T, F]. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is not such a batch.</exception>
    public Tensor WithoutPositions(Tensor x)
    {
        using var scope = NewDisposeScope();
        return (config.Patches is null ? OfTokens(x) : OfPictures(x, config.Patches)).MoveToOuterDisposeScope();
    }

    internal Tensor Embed(Tensor x, long first)
    {
        using var scope = NewDisposeScope();
        var vectors = WithoutPositions(x);
        var count = vectors.size(1);
        var embedded = config.Positions switch
        {
            PositionEncoding.Sinusoidal when config.RescalePositions => SinusoidsOf(first, count, vectors).Plus(vectors, HalfRoot),
            PositionEncoding.Sinusoidal => vectors.Plus(SinusoidsOf(first, count, vectors)),
            PositionEncoding.Learned when config.RescalePositions => vectors.Plus(Learned(first, count)).Times(HalfRoot),
            PositionEncoding.Learned => vectors.Plus(Learned(first, count)),
            _ => vectors,
        };
        return embedded.MoveToOuterDisposeScope();
    }

    private Tensor OfTokens(Tensor x)
    {
        var sizes = Shapes.RequireRank(x, 2, "[N, T]");
        if (x.dtype != ScalarType.Int64)
        {
            throw new ShapeException($"x must hold tokens as int64, but holds {x.dtype}.");
        }

        if (sizes[1] < 1)
        {
            throw new ShapeException("x must hold one token or more for each sequence, but holds none.");
        }

        try
        {
            return Tokens!.index_select(0, x.reshape(-1)).view(sizes[0], sizes[1], config.Width);
        }
        catch (ExternalException native)
        {
            throw new ShapeException($"x must hold tokens between 0 and {config.Vocabulary - 1} on the weights' device {Tokens!.device}.", native);
        }
    }

    private Tensor OfPictures(Tensor x, PatchInput patches)
    {
        var batch = Shapes.Require(x, [Shapes.Any, patches.Channels, patches.ImageHeight, patches.ImageWidth], "[N, C, H, W]")[0];
        var grid = x.reshape(batch, patches.Channels, patches.Rows, patches.PatchHeight, patches.Columns, patches.PatchWidth);
        var flat = grid.permute(0, 2, 4, 1, 3, 5).reshape(batch, patches.Count, -1);
        return functional.linear(flat, Patches!.flatten(1), PatchesBias);
    }

    private Tensor Learned(long first, long count) => first + count <= config.Length
        ? Positions!.narrow(0, first, count)
        : throw new ShapeException($"The model has {config.Length} learned positions, but was given {first + count}.");

    private Tensor SinusoidsOf(long first, long count, Tensor like) => first + count <= config.Length
        ? get_buffer("positions")!.narrow(0, first, count)
        : Sinusoids(first, count, like.device).to(like.dtype);

    private Tensor Sinusoids(long first, long count, Device? device) => config.Patches is { } patches
        ? SinusoidalPositions.InGrid(patches.Rows, patches.Columns, config.Width, device)
        : SinusoidalPositions.InLine(first, count, config.Width, device);

    /// <summary>Nothing: every parameter has an explicit name, and the parent's registration would add each field once more.</summary>
    protected override void RegisterComponents()
    {
    }
}
