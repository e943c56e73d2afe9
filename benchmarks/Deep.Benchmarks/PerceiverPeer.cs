using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Benchmarks;

/// <summary>A Perceiver of Hugging Face as TorchScript, run by the same libtorch as ours.</summary>
internal sealed class PerceiverPeer : IDisposable
{
    private readonly jit.ScriptModule module;
    private readonly string path;

    public PerceiverPeer(string path)
    {
        this.path = File.Exists(path) ? path : throw new ConfigurationException("--peer", "a file that exists", path);
        module = jit.load(path);
        module.eval();
    }

    public string Name => $"TorchScript {Path.GetFileName(path)}";

    public ScriptWeights Weights => new(path, module);

    public float[][] Run(Tensor[] inputs)
    {
        using var gradients = inference_mode();
        using var scope = NewDisposeScope();
        return module.invoke("forward", [.. inputs.Cast<object>()]) switch
        {
            Tensor one => [one.data<float>().ToArray()],
            Tensor[] many => [.. many.Select(output => output.data<float>().ToArray())],
            ITuple many => [.. Enumerable.Range(0, many.Length).Select(i => ((Tensor)many[i]!).data<float>().ToArray())],
            var other => throw new ConfigurationException("--peer", "a module that gives tensors", other?.GetType().Name),
        };
    }

    public void Dispose() => module.Dispose();
}
