using Deep.Checkpoints;
using Deep.Nowcast;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using static TorchSharp.torch;

namespace Deep.Parity.Families.Nowcast.Graph;

/// <summary>A block or a stack alone, in eval mode or through one step of training.</summary>
internal static class DgmrPartCase
{
    private const string Probe = ".probe";

    /// <summary>Computes the outputs.</summary>
    public static void Run(ParityCase parity, ICheckpoint checkpoint, CaseCheck check)
    {
        var config = parity.Config;
        var variant = DgmrCaseConfig.Variant(config);
        switch (parity.Model)
        {
            case "AttentionLayer":
                Single(new LatentAttention(Both(config), variant.Attention, null));
                break;
            case "LBlock":
                Single(new LBlock(Inputs(config), Outputs(config), null));
                break;
            case "GBlock":
                Single(new GBlock(Inputs(config), Outputs(config), variant, null));
                break;
            case "UpsampleGBlock":
                Single(new UpsamplingGBlock(Inputs(config), Outputs(config), variant, null));
                break;
            case "DBlock":
                Single(Block(config, variant));
                break;
            case "ConvGRUCell":
                config.Informational("kernel_size");
                var cell = new ConvGruCell(Inputs(config) - Outputs(config), Outputs(config), variant.GeneratorSpectralEpsilon, null);
                Compute(cell, inputs => cell.forward(inputs[0], inputs[1]), "x", "h");
                break;
            case "ConvGRU":
                Recurrence(config.Whole("steps"), new ConvGru(Inputs(config) - Outputs(config), Outputs(config), variant.GeneratorSpectralEpsilon, null));
                break;
            case "ContextConditioningStack":
                GiveScales(new ContextConditioningStack(Conditioning(config, variant), null));
                break;
            case "LatentConditioningStack":
                var latent = variant with { NoiseChannels = config.Integers("shape")[0], LatentChannels = Outputs(config) };
                Single(new LatentConditioningStack(latent, null), "z");
                break;
            case "Sampler":
                GiveSample(new Sampler(variant with
                {
                    ForecastSteps = config.Whole("forecast_steps"),
                    LatentChannels = config.Whole("latent_channels"),
                    ContextChannels = config.Whole("context_channels"),
                    InputChannels = config.Whole("output_channels"),
                }, null));
                break;
            case "SpatialDiscriminator":
                GiveSpatial(config, Discriminating(config, variant) with { SpatialBlocks = config.Whole("num_layers"), SpatialFrames = config.Whole("num_timesteps") });
                break;
            default:
                GiveTemporal(config, Discriminating(config, variant) with { TemporalBlocks = config.Whole("num_layers") });
                break;
        }

        void Single(nn.Module<Tensor, Tensor> module, string input = "x") => Compute(module, inputs => module.call(inputs[0]), input);

        void Recurrence(int steps, ConvGru module) =>
            Compute(module, inputs => module.forward(stack([.. inputs.SkipLast(1)], 0), inputs[^1]), [.. Enumerable.Range(0, steps).Select(step => $"x{step}"), "h0"]);

        void GiveScales(ContextConditioningStack module)
        {
            using var _ = Filled(module);
            var scales = module.forward(parity.Tensor("x"));
            for (var i = 0; i < scales.Count; i++)
            {
                check.Give($"scale{i + 1}", scales[i]);
            }
        }

        void GiveSample(Sampler module) =>
            Compute(module, inputs => module.forward([.. inputs.Take(4)], inputs[4]), "s1", "s2", "s3", "s4", "latent");

        void GiveSpatial(CaseConfig settings, DgmrConfig sizes)
        {
            var module = new SpatialDiscriminator(sizes, null);
            var view = new DiscriminatorView([settings.Integers("frame_indices")]);
            Compute(module, inputs => module.forward(DgmrDiscriminator.ChosenFrames(inputs[0], view)).unsqueeze(2), "x");
        }

        void GiveTemporal(CaseConfig settings, DgmrConfig sizes)
        {
            if (settings.Text("reduce") != "avgpool2")
            {
                throw new MalformedCaseException("the temporal discriminator's view is not known");
            }

            using var whole = new DgmrDiscriminator(sizes);
            var module = new TemporalDiscriminator(sizes, null);
            Compute(module, inputs => module.forward(whole.TemporalInput(inputs[0], new DiscriminatorView([]))).unsqueeze(2), "x");
        }

        void Compute(nn.Module module, Func<Tensor[], Tensor> forward, params string[] names)
        {
            using var _ = Filled(module);
            Tensor[] inputs = [.. names.Select(name => parity.Tensor(name))];
            if (parity.Inputs.FirstOrDefault(input => input.Name.EndsWith(Probe, StringComparison.Ordinal)) is not { } probe)
            {
                check.Give("out", forward(inputs));
                return;
            }

            module.train();
            inputs[0].requires_grad = true;
            var output = forward(inputs);
            var loss = output.mul(CaseTensors.ToTensor(probe)).sum();
            loss.backward();
            check.Give("out", output);
            check.Give("loss", loss);
            check.Give($"grad.{names[0]}", inputs[0].grad!);
            foreach (var (name, parameter) in module.named_parameters().Where(pair => pair.parameter.grad is not null))
            {
                check.Give($"grad.{name}", parameter.grad!);
            }

            foreach (var (name, buffer) in module.named_buffers())
            {
                check.Give($"after.{name}", buffer);
            }
        }

        nn.Module Filled(nn.Module module)
        {
            var part = DgmrNames.PartOf([.. checkpoint.Tensors.Keys]);
            var state = module.state_dict().Where(pair => !pair.Key.EndsWith(".num_batches_tracked", StringComparison.Ordinal)).ToDictionary();
            new NameMap(checkpoint.Tensors.Keys.Select(name => new NameMapping(name, DgmrNames.Ours(name, part)[part.Length..]))).Load(checkpoint, state);
            module.eval();
            return module;
        }
    }

    private static int Inputs(CaseConfig config) => config.Whole("input_channels");

    private static int Outputs(CaseConfig config) => config.Whole("output_channels");

    private static int Both(CaseConfig config) => Inputs(config) == Outputs(config)
        ? Inputs(config)
        : throw new MalformedCaseException("the attention changes the channels");

    private static DBlock Block(CaseConfig config, DgmrConfig variant) => config.Has("variant")
        ? new(Inputs(config), Outputs(config), variant, config.Flag("downsample"), config.Flag("pre_activation"), config.Flag("d3"))
        : new(Inputs(config), Outputs(config), variant, !config.Flag("keep_same_output"), config.Flag("first_relu"), config.Text("conv_type") == "3d");

    // openclimatefix's widths grow with the channels of a frame.
    private static DgmrConfig Conditioning(CaseConfig config, DgmrConfig variant) => config.Has("c0")
        ? variant with { ContextChannels = 8 * config.Whole("c0"), ContextFrames = config.Whole("steps") }
        : variant with
        {
            InputChannels = Inputs(config),
            ContextChannels = Outputs(config) * Inputs(config),
            ContextFrames = config.Whole("num_context_steps"),
        };

    private static DgmrConfig Discriminating(CaseConfig config, DgmrConfig variant) => variant with
    {
        InputChannels = Inputs(config),
        DiscriminatorChannels = 48 * Inputs(config),
    };
}
