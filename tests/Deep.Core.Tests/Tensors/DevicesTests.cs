using Deep.Tensors;
using TorchSharp;

namespace Deep.Tests.Tensors;

public class DevicesTests
{
    [Theory]
    [InlineData("cpu")]
    [InlineData(" CPU ")]
    public void The_cpu_is_always_there(string name) => Assert.Equal(DeviceType.CPU, Devices.Resolve(name).type);

    [Fact]
    public void Auto_takes_the_graphics_processor_where_there_is_one() =>
        Assert.Equal(
            torch.cuda.is_available() ? DeviceType.CUDA : torch.mps_is_available() ? DeviceType.MPS : DeviceType.CPU,
            Devices.Resolve("auto").type);

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:x")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:")]
    [InlineData("cuda0")]
    [InlineData("")]
    public void An_unknown_name_is_refused_with_the_names_that_are_known(string name)
    {
        var error = Assert.Throws<DeviceException>(() => Devices.Resolve(name));
        Assert.Contains("known", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_is_not_there_is_refused_with_what_to_do()
    {
        var error = Assert.Throws<DeviceException>(() => Devices.Resolve("cuda:99"));
        Assert.Contains(torch.cuda.is_available() ? "99" : "TorchSharp-cuda", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("f32", Precision.Float32)]
    [InlineData("BFloat16", Precision.BFloat16)]
    [InlineData("half", Precision.Float16)]
    public void Precisions_are_read_by_name(string name, Precision expected)
    {
        Assert.Equal(expected, Precisions.Parse(name));
        Assert.Equal(expected, Precisions.Parse(expected.ToShortName()));
    }

    [Fact]
    public void An_unknown_precision_is_refused() =>
        Assert.Contains("bf16", Assert.Throws<ConfigurationException>(() => Precisions.Parse("int3")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    [InlineData(Precision.Float16)]
    public void A_precision_is_required_exactly_where_the_processor_has_it(Precision precision)
    {
        var cpu = Devices.Resolve("cpu");
        if (Precisions.IsNative(precision, cpu))
        {
            Precisions.Require(precision, cpu);
        }
        else
        {
            Assert.Contains("f32", Assert.Throws<DeviceException>(() => Precisions.Require(precision, cpu)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Processor_features_agree_with_the_operating_system()
    {
        if (!File.Exists("/proc/cpuinfo"))
        {
            return;
        }

        var flags = File.ReadAllText("/proc/cpuinfo");
        var listed = flags.Contains("avx512_bf16", StringComparison.Ordinal) || flags.Contains("amx_bf16", StringComparison.Ordinal)
            || flags.Contains(" bf16", StringComparison.Ordinal);
        Assert.Equal(listed, Precisions.IsNative(Precision.BFloat16, new torch.Device(DeviceType.CPU)));
    }

    [Fact]
    public void The_number_of_threads_is_checked_and_kept()
    {
        var before = ComputeThreads.Count;
        try
        {
            ComputeThreads.Use(1);
            Assert.Equal(1, ComputeThreads.Count);
            Assert.Throws<ConfigurationException>(() => ComputeThreads.Use(-1));
            Assert.Throws<ConfigurationException>(() => ComputeThreads.Use(1025));
            Assert.Equal(1, ComputeThreads.Count);
        }
        finally
        {
            ComputeThreads.Use(before);
        }
    }
}
