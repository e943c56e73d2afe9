using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Perceivers;
using static TorchSharp.torch;

namespace Deep.Parity.Families.Perceivers;

/// <summary>A decoder alone: what it reads from given latents, and the queries that it makes.</summary>
internal static class DecoderCase
{
    /// <summary>Decodes given queries.</summary>
    public static void Run(ParityCase parity, CaseCheck check)
    {
        using var inference = inference_mode();
        var config = parity.Config;
        using var query = parity.Tensor("query");
        using var latents = parity.Tensor("z");
        using var network = new Perceiver(Tiny(config.Whole("d_latents"), new QueryDecoderConfig
        {
            Queries = Learned(parity),
            GivenChannels = config.Whole("num_channels", 128),
            Outputs = config.Flag("final_project", true) ? config.Whole("output_num_channels") : null,
            UseQueryResidual = config.Flag("use_query_residual", false),
            CrossAttention = new()
            {
                Heads = config.Whole("num_heads", 1),
                QueryKeyWidth = Optional(config, "qk_channels"),
                ValueWidth = Optional(config, "v_channels"),
                Shape = config.Text("cross_attention_shape_for_attention", "kv") == "q"
                    ? AttentionShape.Query : AttentionShape.Context,
                Widening = config.Whole("widening_factor", 1),
            },
        }) with
        { Gelu = config.Text("hidden_act", "gelu") == "gelu" ? GeluForm.Exact : GeluForm.Tanh });
        network.eval();
        if (config.Flag("concat_preprocessed_input", false))
        {
            throw new MalformedCaseException("queries with the input beside them are not known");
        }

        config.Informational("output_num_channels", "output_index_dims", "subsampled_index_dims", "position_encoding_type",
            "trainable_position_encoding_kwargs", "fourier_position_encoding_kwargs");
        PartOfCheckpoint.Load(parity, network, "decoder.", "perceiver.decoder.decoder.");
        check.Give("logits", network.Decode(latents, query));
    }

    /// <summary>Makes Fourier queries, of some cells of a grid or of all.</summary>
    public static void Queries(ParityCase parity, CaseCheck check)
    {
        using var inference = inference_mode();
        var shape = parity.Config.Integers("output_index_dims");
        var points = parity.Inputs.Any(input => input.Name == "subsampled_points")
            ? parity.Tensor("subsampled_points").to(int64) : null;
        using var network = new Perceiver(Tiny(8, new QueryDecoderConfig
        {
            Queries = new()
            {
                Shape = shape,
                Positions = HuggingFaceCaseConfig.Fourier(parity.Config.Section("fourier_position_encoding_kwargs")),
                Grid = points is null ? GridPositions.Inclusive : GridPositions.HalfOpen,
            },
        }));
        var batch = parity.Config.Whole("batch", 1);
        var queries = network.Queries(points is null ? null : QuerySelection.Of(points), batch);
        check.Give("query", queries.expand(batch, -1, -1));
    }

    // Queries of their own are loaded, though given ones are decoded.
    private static QueryConfig? Learned(ParityCase parity) => parity.Weights.FirstOrDefault(weight =>
        weight.Name == "output_position_encodings.position_embeddings") is { } table
            ? QueryConfig.Learned((int)table.Shape[0], (int)table.Shape[1])
            : null;

    private static PerceiverConfig Tiny(int latentChannels, DecoderConfig decoder) => new()
    {
        Preprocessor = new GridConfig { InputChannels = 1 },
        Latents = 1,
        LatentChannels = latentChannels,
        Blocks = 1,
        LayersPerBlock = 1,
        SelfAttention = new(),
        Decoder = decoder,
    };

    private static int? Optional(CaseConfig config, string key) => config.Whole(key, 0) is > 0 and var width ? width : null;
}
