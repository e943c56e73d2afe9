using System.Globalization;
using Deep.Checkpoints;

namespace Deep.NFNets;

/// <summary>The names of an NFNet's tensors in the public checkpoints, two-way.</summary>
/// <remarks>
/// Haiku numbers the blocks through all stages and leaves the first number out; its conv0, conv1, conv1b, conv2 and
/// conv_shortcut are timm's conv1, conv2, conv2b, conv3 and downsample.conv.
/// </remarks>
public static class NFNetNames
{
    /// <summary>The map between a convention and our names.</summary>
    /// <param name="config">The network.</param>
    /// <param name="naming">The convention.</param>
    /// <exception cref="ConfigurationException">DeepMind's code has no such network: its names have no place for
    /// ECA.</exception>
    public static NameMap Map(NFNetConfig config, NFNetNaming naming)
    {
        ArgumentNullException.ThrowIfNull(config);
        var layers = NFNetCost.Layers(config, 32, 32);
        return new NameMap(naming switch
        {
            NFNetNaming.Timm => layers.SelectMany(layer => layer.NamedParameters).Select(p =>
                new NameMapping(p.Name, p.Name)),
            NFNetNaming.TimmFeatures => layers.Where(layer =>
                layer.Kind != NFNetLayerKind.Classifier).SelectMany(layer => layer.NamedParameters)
                .Select(p => new NameMapping(Flattened(p.Name), p.Name)),
            _ => Haiku(config, layers, flat: naming == NFNetNaming.HaikuFlat),
        });
    }

    /// <summary>The convention that a set of names follows.</summary>
    /// <param name="names">All names of a checkpoint.</param>
    public static NFNetNaming NamingOf(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        foreach (var name in names)
        {
            if (name.Contains("/~/", StringComparison.Ordinal))
            {
                return NFNetNaming.Haiku;
            }

            if (name.StartsWith("NFNet.", StringComparison.Ordinal) || name.StartsWith("NF_", StringComparison.Ordinal))
            {
                return NFNetNaming.HaikuFlat;
            }

            if (name.StartsWith("stages_", StringComparison.Ordinal)
                || name.StartsWith("stem_", StringComparison.Ordinal))
            {
                return NFNetNaming.TimmFeatures;
            }
        }

        return NFNetNaming.Timm;
    }

    private static string Flattened(string name) =>
        name.StartsWith("stem.", StringComparison.Ordinal) || name.StartsWith("stages.", StringComparison.Ordinal)
            ? string.Concat(name.AsSpan(0, name.IndexOf('.')), "_", name.AsSpan(name.IndexOf('.') + 1))
            : name;

    private static IEnumerable<NameMapping> Haiku(NFNetConfig config, IReadOnlyList<NFNetLayer> layers, bool flat)
    {
        var (root, block) = config switch
        {
            { Stem.Count: > 1 } => ("NFNet", "nf_block"),
            { AttentionPlacement: AttentionPlacement.InBottleneck } => ("NF_RegNet", "nf_block"),
            _ => ("NF_ResNet", "nf_res_block"),
        };
        var firstOfStage = config.Stages.Select((_, s) => config.Stages.Take(s).Sum(stage => stage.Blocks)).ToArray();
        foreach (var layer in layers)
        {
            var parts = layer.Name.Split('.');
            string[] module = parts[0] switch
            {
                "stem" => [root, parts[1] == "conv" ? "initial_conv" : $"stem_conv{Number(parts[1][4..]) - 1}"],
                "stages" => [root, Numbered(block, firstOfStage[Number(parts[1])] + Number(parts[2])),
                    .. InBlock(string.Join('.', parts[3..]))],
                "head" => [root, "linear"],
                _ => [root, parts[0]],
            };
            var name = string.Join(flat ? "." : "/~/", module);
            var separator = flat ? "." : "/";
            foreach (var (parameter, transform) in Parameters(layer.Kind))
            {
                var ours = layer.Kind == NFNetLayerKind.SkipGain ? layer.Name : $"{layer.Name}.{Ours(parameter)}";
                yield return new NameMapping($"{name}{separator}{parameter}", ours, transform);
            }
        }
    }

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    private static string Numbered(string name, int index) => index == 0 ? name : $"{name}_{index}";

    private static string[] InBlock(string name) => name switch
    {
        "conv1" => ["conv0"],
        "conv2" => ["conv1"],
        "conv2b" => ["conv1b"],
        "conv3" => ["conv2"],
        "downsample.conv" => ["conv_shortcut"],
        "attn.fc1" or "attn_last.fc1" => ["squeeze_excite", "linear"],
        "attn.fc2" or "attn_last.fc2" => ["squeeze_excite", "linear_1"],
        "skipinit_gain" => [],
        _ => throw new ConfigurationException($"{nameof(NFNetConfig)}.{nameof(NFNetConfig.Attention)}",
            "one that DeepMind's code has", name),
    };

    private static string Ours(string parameter) => parameter switch { "w" => "weight", "b" => "bias", _ => parameter };

    private static (string Name, TensorTransform Transform)[] Parameters(NFNetLayerKind kind) => kind switch
    {
        NFNetLayerKind.Convolution => [("w", TensorTransform.ConvolutionFromHwio), ("bias", TensorTransform.Identity),
            ("gain", TensorTransform.GainFromVector)],
        NFNetLayerKind.Pointwise => [("w", TensorTransform.PointwiseFromIo), ("b", TensorTransform.Identity)],
        NFNetLayerKind.SkipGain => [("skip_gain", TensorTransform.Identity)],
        _ => [("w", TensorTransform.LinearFromIo), ("b", TensorTransform.Identity)],
    };
}
