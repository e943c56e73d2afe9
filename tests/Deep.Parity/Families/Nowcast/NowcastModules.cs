using Deep.Nowcast;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Parity.Families.Nowcast;

/// <summary>Builds what a case names, in the reference's terms, and runs it.</summary>
internal static class NowcastModules
{
    private const string Compatible = "ocf_chw_as_hwc";

    /// <summary>Runs a case in eval mode and gives its outputs.</summary>
    public static void Forward(ParityCase parity, CaseCheck check)
    {
        switch (parity.Model)
        {
            case "ContextConditioningStack":
                Stack(parity, check);
                break;
            case "ConvGRU":
                Gru(parity, check);
                break;
            case "Sampler":
                Sample(parity, check);
                break;
            case "Generator":
            case "DGMR":
                Generate(parity, check);
                break;
            case "SpatialDiscriminator":
            case "TemporalDiscriminator":
            case "Discriminator":
                Score(parity, check);
                break;
            default:
                var (module, forward) = Block(parity);
                using (module)
                {
                    new SpectralWeights(parity).Fill(module);
                    module.eval();
                    check.Give("out", forward(parity.Inputs.ToDictionary(input => input.Name, input => parity.Tensor(input.Name))));
                }

                break;
        }
    }

    /// <summary>A block and how it is applied to the case's inputs.</summary>
    public static (nn.Module Module, Func<IReadOnlyDictionary<string, Tensor>, Tensor> Forward) Block(ParityCase parity)
    {
        var (config, settings) = (ConfigOf(parity), parity.Config);
        int Inputs() => settings.Whole("input_channels");
        int Outputs() => settings.Whole("output_channels");
        switch (parity.Model)
        {
            case "AttentionLayer":
                Require(Inputs() == Outputs(), "attention keeps its channels");
                var attention = new LatentAttention(Inputs(), AxesOf(settings.Text("axes")), null);
                return (attention, x => attention.forward(x["x"]));
            case "GBlock":
                var block = new GBlock(Inputs(), Outputs(), config, null);
                return (block, x => block.forward(x["x"]));
            case "UpsampleGBlock":
                var upsampling = new UpsamplingGBlock(Inputs(), Outputs(), config, null);
                return (upsampling, x => upsampling.forward(x["x"]));
            case "LBlock":
                var latent = new LBlock(Inputs(), Outputs(), null);
                return (latent, x => latent.forward(x["x"]));
            case "DBlock":
                var halving = settings.Has("downsample")
                    ? new DBlock(Inputs(), Outputs(), config, settings.Flag("downsample"), settings.Flag("pre_activation"), settings.Flag("d3"))
                    : new DBlock(Inputs(), Outputs(), config, !settings.Flag("keep_same_output"), settings.Flag("first_relu"), OverTime(settings.Text("conv_type")));
                return (halving, x => halving.forward(x["x"]));
            case "ConvGRUCell":
                Require(settings.Whole("kernel_size") == 3, "kernels of 3 x 3");
                var cell = new ConvGruCell(Inputs() - Outputs(), Outputs(), config.GeneratorSpectralEpsilon, null);
                return (cell, x => cell.forward(x["x"], x["h"]));
            case "LatentConditioningStack":
                var shape = settings.Integers("shape");
                var stack = new LatentConditioningStack(
                    config with { NoiseChannels = shape[0], LatentChannels = Outputs(), Attention = AxesOf(settings.Text("attention")) }, null);
                return (stack, x => stack.forward(x["z"]));
            default:
                throw new MalformedCaseException($"{parity.Model} is no module that is known");
        }
    }

    private static void Stack(ParityCase parity, CaseCheck check)
    {
        var (config, settings) = (ConfigOf(parity), parity.Config);
        config = settings.Has("c0")
            ? config with { ContextChannels = 8 * settings.Whole("c0"), ContextFrames = settings.Whole("steps") }
            : config with
            {
                // The reference widens the stack with the channels of a frame.
                InputChannels = settings.Whole("input_channels"),
                ContextChannels = settings.Whole("output_channels") * settings.Whole("input_channels"),
                ContextFrames = settings.Whole("num_context_steps"),
            };
        using var stack = new ContextConditioningStack(config, null);
        new SpectralWeights(parity).Fill(stack);
        stack.eval();
        var states = stack.forward(parity.Tensor("x"));
        for (var scale = 0; scale < states.Count; scale++)
        {
            check.Give($"scale{scale + 1}", states[scale]);
        }
    }

    private static void Gru(ParityCase parity, CaseCheck check)
    {
        var (inputs, outputs, steps) = (parity.Config.Whole("input_channels"), parity.Config.Whole("output_channels"), parity.Config.Whole("steps"));
        using var gru = new ConvGru(inputs - outputs, outputs, DgmrConfig.OpenClimateFix.GeneratorSpectralEpsilon, null);
        new SpectralWeights(parity).Fill(gru);
        gru.eval();
        check.Give("out", gru.forward(stack([.. Enumerable.Range(0, steps).Select(step => parity.Tensor($"x{step}"))], 0), parity.Tensor("h0")));
    }

    private static void Sample(ParityCase parity, CaseCheck check)
    {
        var settings = parity.Config;
        using var sampler = new Sampler(
            ConfigOf(parity) with
            {
                ForecastSteps = settings.Whole("forecast_steps"),
                LatentChannels = settings.Whole("latent_channels"),
                ContextChannels = settings.Whole("context_channels"),
                InputChannels = settings.Whole("output_channels"),
            },
            null);
        new SpectralWeights(parity).Fill(sampler);
        sampler.eval();
        Tensor[] states = [.. Enumerable.Range(1, 4).Select(scale => parity.Tensor($"s{scale}"))];
        check.Give("out", sampler.forward(states, parity.Tensor("latent").expand(states[0].shape[0], -1, -1, -1)));
    }

    private static void Generate(ParityCase parity, CaseCheck check)
    {
        var settings = parity.Config;
        var config = ConfigOf(parity) with { ForecastSteps = settings.Whole("forecast_steps"), LatentChannels = settings.Whole("latent_channels") };
        if (settings.Has("c0"))
        {
            // The discriminators, which are not built here, choose no more frames than there are.
            config = config with { ContextChannels = 8 * settings.Whole("c0"), NoiseChannels = settings.Whole("z_channels"), SpatialFrames = config.ForecastSteps };
        }
        else
        {
            config = config with
            {
                InputChannels = settings.Whole("input_channels"),
                ContextChannels = settings.Whole("context_channels"),
                Attention = AxesOf(settings.Text("attention")),
                NoiseChannels = settings.Has("latent_shape") ? settings.Integers("latent_shape")[0] : config.NoiseChannels,
            };
        }

        // The frames' side is that of the input; no weight depends on it.
        settings.Informational("output_shape", "latent_shape");
        var weights = new SpectralWeights(parity);
        using var generator = new Dgmr(config);
        weights.Fill(generator, parity.Model == "DGMR" ? "generator." : "");
        if (parity.Model == "DGMR")
        {
            using var discriminator = new DgmrDiscriminator(config);
            weights.Fill(discriminator, "discriminator.");
        }

        generator.eval();
        var context = parity.Tensor("x");
        check.Give("out", generator.forward(context, parity.Tensor("z")));
    }

    private static void Score(ParityCase parity, CaseCheck check)
    {
        var settings = parity.Config;
        // The reference widens its discriminators with the channels of a frame.
        var channels = settings.Whole("input_channels");
        var config = ConfigOf(parity) with { InputChannels = channels, DiscriminatorChannels = 48 * channels };
        var frames = parity.Tensor("x");
        var view = new DiscriminatorView([settings.Integers("frame_indices", [0])]);
        if (parity.Model == "TemporalDiscriminator")
        {
            Require(settings.Text("reduce") == "avgpool2", "frames that are averaged");
            using var whole = new DgmrDiscriminator(config with { TemporalBlocks = settings.Whole("num_layers") });
            new SpectralWeights(parity).Fill(whole.Temporal);
            whole.eval();
            check.Give("out", whole.Temporal.forward(whole.TemporalInput(frames, view)).unsqueeze(1));
        }
        else if (parity.Model == "SpatialDiscriminator")
        {
            Require(settings.Whole("num_timesteps") == view.Frames[0].Count, "as many frames as are named");
            using var spatial = new SpatialDiscriminator(config with { SpatialBlocks = settings.Whole("num_layers") }, null);
            new SpectralWeights(parity).Fill(spatial);
            spatial.eval();
            check.Give("out", spatial.forward(DgmrDiscriminator.ChosenFrames(frames, view)).unsqueeze(1));
        }
        else
        {
            Require(settings.Whole("num_spatial_frames") == view.Frames[0].Count, "as many frames as are named");
            using var both = new DgmrDiscriminator(config);
            new SpectralWeights(parity).Fill(both);
            both.eval();
            check.Give("out", both.forward(frames, view).unsqueeze(-1));
        }
    }

    private static DgmrConfig ConfigOf(ParityCase parity) => parity.Config.Text("variant", "openclimatefix") switch
    {
        "openclimatefix" => DgmrConfig.OpenClimateFix,
        "pseudocode" => DgmrConfig.Pseudocode,
        var other => throw new MalformedCaseException($"the variant {other} is not known"),
    };

    private static AttentionAxes AxesOf(string axes) => axes switch
    {
        Compatible => AttentionAxes.OpenClimateFix,
        "dm_spatial" => AttentionAxes.Spatial,
        _ => throw new MalformedCaseException($"the axes {axes} are not known"),
    };

    private static bool OverTime(string convolution) => convolution switch
    {
        "standard" => false,
        "3d" => true,
        _ => throw new MalformedCaseException($"the convolution {convolution} is not known"),
    };

    private static void Require(bool holds, string expected)
    {
        if (!holds)
        {
            throw new MalformedCaseException($"the case should have {expected}");
        }
    }
}
