using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Deep.Benchmarks;

/// <summary>An ONNX file, run by ONNX Runtime with all graph optimisations and the same number of threads.</summary>
internal sealed class OnnxPeer : ISubject
{
    private readonly InferenceSession session;
    private readonly NamedOnnxValue[] inputs;

    public OnnxPeer(BenchmarkOptions options, float[] input)
    {
        using var settings = new SessionOptions
        {
            IntraOpNumThreads = options.Threads,
            InterOpNumThreads = 1,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        };
        session = new InferenceSession(options.Peer!, settings);
        var pictures = new DenseTensor<float>(input, [options.Batch, options.Config.InputChannels, options.Size, options.Size]);
        inputs = [NamedOnnxValue.CreateFromTensor(session.InputNames[0], pictures)];
        Name = $"ONNX Runtime {Path.GetFileName(options.Peer)}";
    }

    public string Name { get; }

    public float[] Run()
    {
        using var results = session.Run(inputs);
        return [.. results[0].AsEnumerable<float>()];
    }

    public void Dispose() => session.Dispose();
}
