using Deep.Checkpoints;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Perceivers;
using static TorchSharp.torch;

namespace Deep.Parity.Families.Perceivers;

/// <summary>A preprocessor alone: the rows that the encoder would attend to.</summary>
internal static class PreprocessorCase
{
    /// <summary>Computes the rows.</summary>
    public static void Run(ParityCase parity, CaseCheck check)
    {
        using var inference = inference_mode();
        using var input = parity.Tensor(parity.Inputs[0].Name);
        var preprocessor = Config(parity.Config, input.shape);
        var config = new PerceiverConfig
        {
            Preprocessor = preprocessor,
            Latents = 1,
            LatentChannels = 8,
            Blocks = 1,
            LayersPerBlock = 1,
        };
        using var network = new Perceiver(config);
        network.eval();
        PartOfCheckpoint.Load(parity, network, "preprocessor.", "perceiver.input_preprocessor.");
        using var rows = network.Preprocess(PerceiverInput.Of(input));
        check.Give("inputs", rows.Values);
    }

    private static PreprocessorConfig Config(CaseConfig config, long[] input)
    {
        var frames = input.Length == 5 ? (int)input[1] : 0;
        var channels = input.Length < 4 ? 3 : (int)input[frames > 0 ? 2 : 1];
        var spatial = config.Whole("spatial_downsample", 4);
        var temporal = config.Whole("temporal_downsample", 1);
        config.Informational("in_channels", "conv_after_patching_in_channels", "prep_type");
        return config.Text("hf_class") switch
        {
            "PerceiverTextPreprocessor" => TextConfig.WithLearnedPositions(config.Whole("d_model"),
                config.Whole("max_position_embeddings", 2048), config.Whole("vocab_size", 262)),
            "PerceiverOneHotPreprocessor" => new OneHotConfig { Classes = config.Whole("num_labels", (int)input[^1]) },
            "PerceiverAudioPreprocessor" => new AudioConfig
            {
                SamplesPerPatch = config.Whole("samples_per_patch", 96),
                Positions = Positions(config, [1]),
            },
            _ => config.Text("prep_type", "conv") switch
            {
                "pixels" => new PixelsConfig
                {
                    InputChannels = channels,
                    Video = frames > 0,
                    SpatialDownsample = spatial,
                    TemporalDownsample = temporal,
                    Positions = Positions(config, Grid(input, spatial)),
                },
                "patches" => new PatchesConfig
                {
                    InputChannels = channels,
                    Video = frames > 0,
                    SpatialDownsample = spatial,
                    TemporalDownsample = temporal,
                    MergeTime = frames > 0 && frames == temporal,
                    Projected = config.Flag("conv_after_patching", false) ? config.Whole("out_channels", 64) : null,
                    Positions = Positions(config, Grid(input, spatial)),
                },
                "conv1x1" => new Conv1x1Config
                {
                    InputChannels = channels,
                    ConvChannels = config.Whole("out_channels", 64),
                    SpatialDownsample = spatial,
                    Positions = Positions(config, Grid(input, spatial)),
                },
                "conv" => new ConvConfig
                {
                    InputChannels = channels,
                    ConvChannels = config.Whole("out_channels", 64),
                    BatchNorm = config.Flag("conv2d_use_batchnorm", true),
                    Semantics = config.Text("conv_padding", "huggingface") == "same"
                        ? ConvSemantics.DeepMind : ConvSemantics.HuggingFace,
                    Positions = Positions(config, Grid(input, 4)),
                },
                var other => throw new MalformedCaseException($"the preprocessing {other} is not known"),
            },
        };
    }

    private static PositionConfig? Positions(CaseConfig config, int[] grid)
    {
        var learned = config.Section("trainable_position_encoding_kwargs");
        learned.Informational("index_dims");
        PositionConfig positions = config.Text("position_encoding_type", "fourier") switch
        {
            "fourier" => HuggingFaceCaseConfig.Fourier(config.Section("fourier_position_encoding_kwargs")),
            "trainable" => new LearnedConfig { Shape = grid, Width = learned.Whole("num_channels", 128) },
            var other => throw new MalformedCaseException($"the positions {other} are not known"),
        };
        return positions with
        {
            Projection = config.Has("project_pos_dim") && config.Number("project_pos_dim") > 0
                ? config.Whole("project_pos_dim") : null,
            Join = config.Text("concat_or_add_pos", "concat") == "add" ? PositionJoin.Add : PositionJoin.Concatenate,
        };
    }

    private static int[] Grid(long[] input, int spatial) =>
        [(int)((input[^2] + spatial - 1) / spatial), (int)((input[^1] + spatial - 1) / spatial)];
}
