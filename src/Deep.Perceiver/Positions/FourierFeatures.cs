using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// d axes, K bands

/// <summary>Fourier features of positions (Perceiver, section 3.2): sin and cos of pi f x, f evenly from 1 to mu / 2.</summary>
/// <remarks>
/// Computed in float32, the position times the frequency first and pi after it, as the public implementations do: at
/// frequencies above 100 another order changes the last four digits. Frequencies depend on the configuration alone, never
/// on the size of the input.
/// </remarks>
public sealed class FourierFeatures
{
    private readonly FourierConfig config;

    /// <summary>The features of <paramref name="config"/>.</summary>
    /// <param name="config">Bands, resolutions and order.</param>
    public FourierFeatures(FourierConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate(nameof(FourierConfig));
        this.config = config;
    }

    /// <summary>Channels of a position's features: d (2K + 1) by default.</summary>
    public int Channels => config.EncodingChannels;

    /// <summary>The features of positions, each batch entry's its own.</summary>
    /// <param name="positions">[..., d], usually between -1 and 1.</param>
    /// <returns>[..., channels] in float32. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The positions have another number of axes.</exception>
    public Tensor Of(Tensor positions)
    {
        ArgumentNullException.ThrowIfNull(positions);
        if (positions.dim() < 1 || positions.shape[^1] != config.Axes)
        {
            throw new ShapeException($"Fourier features of {config.Axes} axes need positions [..., {config.Axes}], but got {Shapes.Format(positions.shape)}.");
        }

        using var scope = NewDisposeScope();
        var x = positions.to(ScalarType.Float32);
        var angles = x.unsqueeze(-1).mul(Frequencies(x.device)).TimesInPlace(Math.PI); // [..., d, K]
        return (config.Order == FourierOrder.AxisByAxis ? AxisByAxis(x, angles) : SinesThenCosines(x, angles)).MoveToOuterDisposeScope();
    }

    /// <summary>f, the frequencies of each axis.</summary>
    /// <param name="device">Where they are; null: the default device.</param>
    /// <returns>[d, K] in float32. The caller disposes it.</returns>
    public Tensor Frequencies(Device? device = null)
    {
        using var scope = NewDisposeScope();
        return stack(config.MaxResolution.Select(mu => linspace(1, mu / 2.0, config.Bands, dtype: ScalarType.Float32, device: device)))
            .MoveToOuterDisposeScope();
    }

    private Tensor SinesThenCosines(Tensor x, Tensor angles)
    {
        var parts = new List<Tensor>();
        if (config.ConcatPositions)
        {
            parts.Add(x);
        }

        parts.Add(angles.sin().flatten(-2));
        if (!config.SineOnly)
        {
            parts.Add(angles.cos().flatten(-2));
        }

        return cat(parts, -1);
    }

    private Tensor AxisByAxis(Tensor x, Tensor angles)
    {
        var parts = new List<Tensor> { angles.sin() };
        if (!config.SineOnly)
        {
            parts.Add(angles.cos());
        }

        if (config.ConcatPositions)
        {
            parts.Add(x.unsqueeze(-1));
        }

        return cat(parts, -1).flatten(-2);
    }
}
