using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

// T positions, F features

/// <summary>The expected kernel of what enters the first block of a new model: what its embedding and its positions have in common.</summary>
internal static class InputKernel
{
    /// <summary>The kernel of the first positions.</summary>
    /// <remarks>
    /// Two tokens are the same with the configuration's probability, and independent where they are not; nothing is known of patches, which
    /// count as independent. Learned positions are so as well; sinusoidal ones are alike by their distance.
    /// </remarks>
    /// <returns>[T, T].</returns>
    public static double[,] Of(VanillaTransformerConfig config, int length)
    {
        var positions = Positions(config, length);
        var isSum = config.Positions is PositionEncoding.Sinusoidal or PositionEncoding.Learned;
        var share = isSum && config.RescalePositions ? 0.5 : 1;
        var repetition = config.Patches is null ? config.Block.Spa?.TokenRepetition ?? 0 : 0;
        var kernel = new double[length, length];
        for (var i = 0; i < length; i++)
        {
            for (var j = 0; j < length; j++)
            {
                kernel[i, j] = (share * (i == j ? 1 : repetition)) + (positions is null ? 0 : positions[(i * length) + j]);
            }
        }

        return kernel;
    }

    // What the added positions give to it, row by row; null where none are added.
    private static double[]? Positions(VanillaTransformerConfig config, int length)
    {
        if (config.Positions == PositionEncoding.Learned)
        {
            var share = config.RescalePositions ? 0.5 : 1;
            return [.. Enumerable.Range(0, length * length).Select(at => at / length == at % length ? share : 0)];
        }

        if (config.Positions != PositionEncoding.Sinusoidal)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        var rows = config.Patches is { } patches
            ? SinusoidalPositions.InGrid(patches.Rows, patches.Columns, config.Width, CPU)
            : SinusoidalPositions.InLine(0, length, config.Width, CPU);
        rows = rows.to(ScalarType.Float64);
        return GuardedMatMul.MatMul(rows, rows.transpose(0, 1)).Times(1.0 / config.Width).contiguous().data<double>().ToArray();
    }
}
