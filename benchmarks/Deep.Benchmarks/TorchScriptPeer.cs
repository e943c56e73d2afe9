using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Benchmarks;

/// <summary>A TorchScript file, run by the same libtorch as ours.</summary>
internal sealed class TorchScriptPeer : ISubject
{
    private readonly jit.ScriptModule<Tensor, Tensor> module;
    private readonly Tensor pictures;

    public TorchScriptPeer(BenchmarkOptions options, float[] input)
    {
        module = jit.load<Tensor, Tensor>(options.Peer!);
        module.eval();
        pictures = tensor(input).reshape(options.Batch, options.Config.InputChannels, options.Size, options.Size);
        Name = $"TorchScript {Path.GetFileName(options.Peer)}";
    }

    public string Name { get; }

    public float[] Run()
    {
        using var gradients = inference_mode();
        using var scope = NewDisposeScope();
        return module.call(pictures).data<float>().ToArray();
    }

    public void Dispose()
    {
        module.Dispose();
        pictures.Dispose();
    }
}
