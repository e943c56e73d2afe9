using Deep.Tensors;

namespace Deep.Tests.Tensors;

public class NativeBackendTests
{
    [Fact]
    public void The_backend_loads_and_the_report_says_so()
    {
        NativeBackend.EnsureLoaded();
        var report = NativeBackend.Probe();
        Assert.True(report.Loads, report.Problem);
        Assert.StartsWith("2.", report.LibTorchVersion, StringComparison.Ordinal);
        Assert.StartsWith("0.", report.TorchSharpVersion, StringComparison.Ordinal);
        Assert.True(report.Threads > 0 && report.ProcessorCount > 0 && report.MemoryBytes > 0);
        Assert.Null(report.Problem);
    }

    [Theory]
    [InlineData("/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /app/libLibTorchSharp.so)", "/app/libLibTorchSharp.so", "notebook")]
    [InlineData("libcudart.so.13: cannot open shared object file", "/app/libLibTorchSharp.so", "NVIDIA")]
    [InlineData("libgomp.so.1: cannot open shared object file", "/app/libLibTorchSharp.so", "apt-get")]
    [InlineData("This application or script uses TorchSharp but doesn't contain a reference to libtorch-cpu", null, "dotnet add package TorchSharp-cpu")]
    [InlineData("something else", "/app/libLibTorchSharp.so", "folder")]
    public void Each_failure_is_explained_with_what_to_do(string loader, string? binding, string advice)
    {
        var lines = NativeBackend.Explain(loader, binding).Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Contains(advice, lines[1], StringComparison.Ordinal);
    }
}
