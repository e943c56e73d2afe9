using System.Diagnostics;
using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Tensors;

/// <summary>Runs a scenario in a process of its own, since what is tested may end the process.</summary>
internal static class ChildProcess
{
    private static readonly Dictionary<string, Action> Scenarios = new(StringComparer.Ordinal)
    {
        ["product"] = () => GuardedMatMul.MatMul(ones(2, 3), ones(4, 5)),
        ["batched product"] = () => GuardedMatMul.MatMul(ones(2, 3, 4), ones(3, 4, 5)),
        ["product of booleans"] = () => GuardedMatMul.MatMul(ones([2, 2], ScalarType.Bool), ones([2, 2], ScalarType.Bool)),
        ["product of scalars"] = () => GuardedMatMul.MatMul(tensor(1f), tensor(2f)),
        ["running maximum"] = () => GuardedMatMul.CumulativeMax(ones(2, 3), 5),
        ["running minimum of complex numbers"] = () => GuardedMatMul.CumulativeMin(ones([2], ScalarType.ComplexFloat32), 0),
        ["convolution"] = () => new PackedConvolution(ones(4, 2, 3, 3)).Forward(ones(1, 5, 9, 9)),
        ["convolution of a small picture"] = () => new PackedConvolution(ones(4, 2, 3, 3)).Forward(ones(1, 2, 2, 2)),
        ["bytes of another size"] = () => Reinterpret.As(ones(3), ScalarType.Float64),
        ["unknown operator"] = () => Dispatcher.Call("aten::nothing", "", [0]),
        ["plain"] = PlainPaths,
    };

    public static IEnumerable<string> Names => Scenarios.Keys;

    /// <summary>Exit code 0: no error; 3: one of ours. Anything else is a crash.</summary>
    public static int Main(string[] arguments)
    {
        if (arguments is not [var scenario])
        {
            return 0;
        }

        try
        {
            Scenarios[scenario]();
            return 0;
        }
        catch (DeepException error)
        {
            Console.Error.WriteLine(error.Message);
            return 3;
        }
    }

    public static (int ExitCode, string Error) Run(string scenario, bool plain = false)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet") { RedirectStandardError = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        start.ArgumentList.Add(scenario);
        start.Environment["DEEP_PLAIN_TENSORS"] = plain ? "1" : "";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }

    // With the C interface out of reach everything still gives the same numbers.
    private static void PlainPaths()
    {
        using var scope = NewDisposeScope();
        var report = NativeBackend.Probe();
        Require(report is { Loads: true, HasDispatcher: false, HasFusedConvolution: false }, "the interface is not switched off");
        var x = randn(2, 8, 6, 5);
        Require(ChannelsLast.Is(ChannelsLast.Of(x)), "channels-last");
        var (weight, bias) = (randn(4, 8, 3, 3), randn(4));
        var convolved = new PackedConvolution(weight, bias, new ConvolutionGeometry { Padding = 1 }, FusedActivation.Relu).Forward(x);
        Require(convolved.allclose(nn.functional.relu(nn.functional.conv2d(x, weight, bias, padding: [1, 1])), 1e-4, 1e-5), "convolution");
        Require(Reinterpret.As(x, ScalarType.Int32).bytes.SequenceEqual(x.bytes), "bytes");
        var turns = 0;
        ComputeThreads.For(100, 1, (begin, end) => Interlocked.Add(ref turns, (int)(end - begin)));
        Require(turns == 100, "parallel loop");
        var parameter = ones(3);
        FusedAdamW.Step([parameter], [ones(3)], [zeros(3)], [zeros(3)], 1, 0.1, weightDecay: 0);
        Require(parameter.allclose(full(3, 0.9f), 1e-4, 1e-5), "AdamW");
        var (_, joined) = ResidualJoin.Join(ChannelsLast.Of(ones(1, 4, 2, 2)), ChannelsLast.Of(ones(1, 4, 2, 2)), null, 2, FusedActivation.None, false);
        Require(joined.eq(3).all().item<bool>(), "residual");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
