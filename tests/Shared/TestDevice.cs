using Deep.Tensors;
using TorchSharp;

namespace Deep.Tests;

/// <summary>The device that tests compute on: the CPU, or what the variable <c>DEEP_TEST_DEVICE</c> names (<c>cuda</c>).</summary>
public static class TestDevice
{
    /// <summary>The device's name, as the packages' options take it.</summary>
    public static string Name { get; } = Environment.GetEnvironmentVariable("DEEP_TEST_DEVICE") is { Length: > 0 } set ? set : "cpu";

    /// <summary>The device.</summary>
    public static torch.Device Current { get; } = Devices.Resolve(Name);
}
