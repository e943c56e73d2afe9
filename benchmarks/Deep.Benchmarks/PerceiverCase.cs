using System.Text;
using Deep.Perceivers;
using static TorchSharp.torch;

namespace Deep.Benchmarks;

/// <summary>One of the six published Perceivers: its configuration, how the peer's weights are read, and an input.</summary>
/// <remarks>Inputs are computed from their names by the rule of the parity cases, so that any run has the same.</remarks>
internal sealed record PerceiverCase(string Name, PerceiverConfig Config, PerceiverLoadOptions Loading, params (string Name, long[] Shape, double Scale)[] Inputs)
{
    // What the peer decodes of a clip in one call, and which part the exported call is.
    public const int Chunks = 128;
    private const int Chunk = 5;

    public static IReadOnlyList<PerceiverCase> All { get; } =
    [
        new("language", PerceiverConfig.LanguageBytes, new(), ("inputs", [1, 2048], 0)),
        new("learned", PerceiverConfig.ImageNetLearned, new() { DecoderQueryResidual = true }, ("inputs", [1, 3, 224, 224], 2)),
        new("fourier", PerceiverConfig.ImageNetFourier, new(), ("inputs", [1, 3, 224, 224], 2)),
        new("conv", PerceiverConfig.ImageNetConv, new() { ConvSemantics = ConvSemantics.HuggingFace }, ("inputs", [1, 3, 224, 224], 2)),
        new("flow", PerceiverConfig.OpticalFlow, new(), ("inputs", [1, 2, 27, 368, 496], 1)),
        new("multimodal", PerceiverConfig.Multimodal, new(), ("image", [1, 16, 3, 224, 224], 1), ("audio", [1, 30720, 1], 1), ("label", [1, 700], 1)),
    ];

    public bool IsClip => Inputs.Length > 1;

    /// <summary>What the peer must be called for one of ours.</summary>
    public int PeerCalls => IsClip ? Chunks : 1;

    public static PerceiverCase Of(string name) => All.FirstOrDefault(one => one.Name == name)
        ?? throw new ConfigurationException("--model", string.Join(", ", All.Select(one => one.Name)), name);

    public Tensor[] Tensors() => [.. Inputs.Select(input => input.Scale == 0 ? Ids(input.Name, input.Shape) : Floats(input.Name, input.Shape, input.Scale))];

    public PerceiverInput Input(Tensor[] tensors) => IsClip
        ? PerceiverInput.Of(Inputs.Select((input, i) => (input.Name, tensors[i])).ToDictionary(pair => pair.Name, pair => pair.Item2))
        : PerceiverInput.Of(tensors[0]);

    /// <summary>The part of our outputs that one call of the peer gives, in its order.</summary>
    public Tensor[] Compared(IReadOnlyDictionary<string, Tensor> outputs)
    {
        if (!IsClip)
        {
            return [outputs.Values.Single()];
        }

        var (pixels, samples) = (16L * 224 * 224 / Chunks, 30720L / Chunks);
        return
        [
            outputs["image"].narrow(1, Chunk * pixels, pixels), outputs["audio"].narrow(1, Chunk * samples, samples), outputs["label"],
        ];
    }

    private static Tensor Floats(string name, long[] shape, double scale)
    {
        var values = Mixed(name, shape);
        return tensor([.. values.Select(z => (float)(scale * ((2 * ((z >> 40) * (1.0 / (1 << 24)))) - 1)))]).reshape(shape);
    }

    private static Tensor Ids(string name, long[] shape) => tensor([.. Mixed(name, shape).Select(z => (long)(z % 262))]).reshape(shape);

    // FNV-1a of the name, then SplitMix64 of the index.
    private static IEnumerable<ulong> Mixed(string name, long[] shape)
    {
        var hash = Encoding.UTF8.GetBytes("input:" + name).Aggregate(0xCBF29CE484222325UL, (h, b) => unchecked((h ^ b) * 0x100000001B3UL));
        var count = shape.Aggregate(1L, (product, size) => product * size);
        for (long i = 0; i < count; i++)
        {
            var z = unchecked(hash + (ulong)i + 0x9E3779B97F4A7C15UL);
            z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
            z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
            yield return z ^ (z >> 31);
        }
    }
}
