using Deep.NFNets;
using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Benchmarks;

/// <summary>Ours: the inference form, or the training form in eval mode.</summary>
internal sealed class OurNetwork : ISubject
{
    private readonly NFNet? plain;
    private readonly InferenceNFNet? frozen;
    private readonly Tensor pictures;

    public OurNetwork(BenchmarkOptions options, float[] input)
    {
        var network = options.Checkpoints is [var file, ..] ? NFNet.Load(file, options.Config) : Opened(new NFNet(options.Config));
        network.eval();
        pictures = tensor(input).reshape(options.Batch, options.Config.InputChannels, options.Size, options.Size);
        Name = $"Deep {(options.Plain ? "plain" : "inference")} {options.Precision.ToShortName()}";
        if (options.Plain)
        {
            plain = network;
            return;
        }

        using (network)
        {
            frozen = network.ForInference(new InferenceOptions { Precision = options.Precision });
        }
    }

    public string Name { get; }

    public float[] Run()
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        var logits = frozen is null ? plain!.call(pictures) : frozen.Forward(pictures);
        return logits.data<float>().ToArray();
    }

    public void Dispose()
    {
        plain?.Dispose();
        frozen?.Dispose();
        pictures.Dispose();
    }

    // Fresh networks have skip gains of zero: their branches would be dropped and the time would be a lie.
    private static NFNet Opened(NFNet network)
    {
        using var gradients = no_grad();
        foreach (var block in network.Blocks)
        {
            (block.SkipInitGain ?? block.Conv3.Gain).fill_(0.5);
        }

        return network;
    }
}
