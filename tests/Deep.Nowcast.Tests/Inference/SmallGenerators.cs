using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nowcast.Tests.Inference;

/// <summary>Generators of the published kinds at small widths, with norms as after training, and rain for them.</summary>
internal static class SmallGenerators
{
    public static TheoryData<string> Kinds => ["paper", "openclimatefix", "pseudocode", "meteofrance", "two channels", "three quarters"];

    public static DgmrConfig Config(string kind) => (kind switch
    {
        "openclimatefix" => DgmrConfig.OpenClimateFix,
        "pseudocode" => DgmrConfig.Pseudocode,
        "meteofrance" => DgmrConfig.MeteoFrance,
        "two channels" => DgmrConfig.Paper with { InputChannels = 2, ContextFrames = 2 },
        _ => DgmrConfig.Paper,
    }) with
    {
        // Three quarters: widths that are no powers of two, which libtorch's fast convolutions take other ways for.
        ContextChannels = kind == "three quarters" ? 48 : 32,
        LatentChannels = kind == "three quarters" ? 96 : 64,
        NoiseChannels = kind == "three quarters" ? 3 : 2,
        ForecastSteps = 3,
        SpatialFrames = 2,
    };

    public static Dgmr Of(string kind, int widths = 1)
    {
        manual_seed(5).Dispose();
        var config = Config(kind);
        var generator = new Dgmr(config with { ContextChannels = widths * config.ContextChannels, LatentChannels = widths * config.LatentChannels });
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, buffer) in generator.named_buffers())
        {
            if (name.EndsWith("running_mean", StringComparison.Ordinal))
            {
                buffer.copy_(randn_like(buffer).Times(0.1));
            }
            else if (name.EndsWith("running_var", StringComparison.Ordinal))
            {
                buffer.copy_(rand_like(buffer).Plus(0.5));
            }
        }

        foreach (var (name, parameter) in generator.named_parameters())
        {
            if (name.Contains(".bn", StringComparison.Ordinal) || name.EndsWith("gamma", StringComparison.Ordinal))
            {
                parameter.PlusInPlace(randn_like(parameter).Times(0.2));
            }
        }

        generator.eval();
        return generator;
    }

    /// <summary>[T, C, H, W] in mm/h, mostly rain.</summary>
    public static Tensor Rain(DgmrConfig config, long height, long width)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        return rand([config.ContextFrames, config.InputChannels, height, width], generator: generator).Times(12).Plus(-2).relu().MoveToOuterDisposeScope();
    }

    /// <summary>The largest difference, beside the largest value.</summary>
    public static double Difference(Tensor found, Tensor expected)
    {
        using var scope = NewDisposeScope();
        return found.sub(expected).abs().max().item<float>() / expected.abs().max().item<float>();
    }
}
