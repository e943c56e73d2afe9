using System.Text.Json;
using Deep.Checkpoints;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Training.SignalPropagation;
using static TorchSharp.torch;

namespace Deep.Parity.Families.Transformers;

/// <summary>richardcepka/SimplEsT-ViT: E-SPA over patches without skip, normalisation and W^O, its mistaken normalisation included.</summary>
internal static class SimplEsTCase
{
    /// <summary>Computes the logits, the first attention alone, and the biases and rescalings.</summary>
    public static void Run(ParityCase parity, CaseCheck check)
    {
        using var inference = no_grad();
        var config = Config(parity.Config);
        using var checkpoint = new FormulaCheckpoint(parity);
        using var model = VanillaTransformer.Load(checkpoint, config, Names(config));
        var slope = model.Blocks[0].Mlp.Nonlinearity;
        foreach (var (key, value) in new[] { ("negative_slope", slope.NegativeSlope), ("output_scale", slope.OutputScale) })
        {
            // The reference searches to 1e-8 of C(0), which is some 1e-7 of the slope.
            if (parity.Config.Has(key))
            {
                check.Agree(key, [parity.Config.Number(key)], [value], 1e-6);
            }
        }

        var pictures = parity.Tensor("img");
        check.Give("logits", model.call(pictures));
        check.Give("layer0_attention_of_patch_embedding_without_position",
            model.Blocks[0].Attention.call(model.Embedding.WithoutPositions(pictures)));
        var length = config.Length;
        foreach (var (name, block) in model.Blocks.Select((block, l) => ($"layer{l}", block)).Append(("last", model.Blocks[^1])))
        {
            var spa = block.Attention.Spa!;
            var (sums, bias) = (spa.RowSums(0, length, float64, CPU), spa.Bias(0, length, length, float64, CPU));
            check.Give($"{name}.d", sums.view(1, 1, length, 1));
            check.Give($"{name}.B", Theirs(bias, sums).view(1, 1, length, length));
        }
    }

    // Our rows are normalised, theirs are log(A / D) with the division by columns: a constant in each row, which softmax does not see.
    private static Tensor Theirs(Tensor bias, Tensor sums) =>
        bias + sums.log().unsqueeze(1) - bias.exp().mul(sums).sum(-1, keepdim: true).log();

    private static VanillaTransformerConfig Config(CaseConfig config)
    {
        config.Informational("activation_count", "drop_p");
        if (!config.Flag("non_causal_espa", true))
        {
            throw new MalformedCaseException("SimplEsT-ViT has no causal attention");
        }

        var (image, patch) = (Pair(config, "image_size"), Pair(config, "patch_size"));
        var patches = new PatchInput(
            image.Height, image.Width, patch.Height, patch.Width, config.Whole("channels", 3), config.Whole("num_classes"));
        var depth = config.Whole("depth");
        var general = VanillaTransformerConfig.ForImages(
            BlockKind.ExponentialSpa, depth, config.Whole("dim"), config.Whole("heads"), patches);
        return general with
        {
            MlpWidth = config.Whole("mlp_dim"),
            RescalePositions = false,
            Block = general.Block with
            {
                Spa = new() { Kind = SpaKind.ColumnNormalized, Final = config.Number("gamma_max_depth", 0.005) },
                Output = ProjectionConfig.Identity,
                Activation = MlpActivation.Tailored(config.Number("c_val_0_target", 0.9)),
                ActivateMlpOutput = true,
                AttentionBias = config.Flag("att_bias", true),
                MlpBias = config.Flag("ff_biase", true),
            },
        };
    }

    // Theirs alternates attention and MLP in one list of layers.
    private static NameMap Names(VanillaTransformerConfig config)
    {
        List<NameMapping> lines =
        [
            new("to_patch_embedding.weight", "embedding.patches"),
            new("to_patch_embedding.bias", "embedding.patches_bias"),
            new("linear_head.weight", "head.linear.weight"),
            new("linear_head.bias", "head.linear.bias"),
        ];
        for (var l = 0; l < config.Layers; l++)
        {
            var (attention, mlp, ours) = ($"transformer.layers.{2 * l}", $"transformer.layers.{(2 * l) + 1}", $"blocks.{l}");
            foreach (var kind in new[] { "weight", "bias" })
            {
                lines.Add(new($"{attention}.to_qkv.{kind}", $"{ours}.attention.query_key_value.{kind}"));
                lines.Add(new($"{mlp}.layer1.lin.{kind}", $"{ours}.mlp.up.{kind}"));
                lines.Add(new($"{mlp}.layer2.lin.{kind}", $"{ours}.mlp.down.{kind}"));
            }
        }

        return new(lines);
    }

    // A number stands for both sides.
    private static (int Height, int Width) Pair(CaseConfig config, string key) => config.Raw(key) is { ValueKind: JsonValueKind.Array }
        ? (config.Integers(key)[0], config.Integers(key)[1])
        : (config.Whole(key), config.Whole(key));
}
