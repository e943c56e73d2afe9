using TorchSharp;

namespace Deep.Tensors;

/// <summary>Turns a <see cref="Precision"/> into TorchSharp's type, and says whether a device has it.</summary>
/// <remarks>Safe to call from many threads.</remarks>
public static class Precisions
{
    /// <summary>TorchSharp's scalar type of a precision.</summary>
    /// <param name="precision">One of the three formats.</param>
    /// <returns>The scalar type, such as <see cref="torch.ScalarType.BFloat16"/>.</returns>
    /// <exception cref="ConfigurationException">The value is not one of the three.</exception>
    public static torch.ScalarType ToScalarType(this Precision precision) => precision switch
    {
        Precision.Float32 => torch.ScalarType.Float32,
        Precision.BFloat16 => torch.ScalarType.BFloat16,
        Precision.Float16 => torch.ScalarType.Float16,
        _ => throw new ConfigurationException(nameof(Precision), "Float32, BFloat16 or Float16", precision),
    };

    /// <summary>The short name that command lines use.</summary>
    /// <param name="precision">One of the three formats.</param>
    /// <returns><c>f32</c>, <c>bf16</c> or <c>f16</c>.</returns>
    /// <exception cref="ConfigurationException">The value is not one of the three.</exception>
    public static string ToShortName(this Precision precision) => precision switch
    {
        Precision.Float32 => "f32",
        Precision.BFloat16 => "bf16",
        Precision.Float16 => "f16",
        _ => throw new ConfigurationException(nameof(Precision), "Float32, BFloat16 or Float16", precision),
    };

    /// <summary>Reads a precision's name, in any case.</summary>
    /// <param name="name"><c>f32</c>, <c>float32</c>, <c>bf16</c>, <c>bfloat16</c>, <c>f16</c>, <c>float16</c> or <c>half</c>.</param>
    /// <returns>The precision.</returns>
    /// <exception cref="ConfigurationException">The name is not one of these.</exception>
    public static Precision Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Trim().ToUpperInvariant() switch
        {
            "F32" or "FLOAT32" or "FLOAT" => Precision.Float32,
            "BF16" or "BFLOAT16" => Precision.BFloat16,
            "F16" or "FLOAT16" or "HALF" => Precision.Float16,
            _ => throw new ConfigurationException(nameof(Precision), "f32, bf16 or f16", name),
        };
    }

    /// <summary>Whether a device computes natively in a precision, so that it is worth using there.</summary>
    /// <param name="precision">The precision.</param>
    /// <param name="device">The device. Graphics processors are taken to have all three.</param>
    /// <returns>False on a processor that would emulate the format at a fraction of the speed of 32-bit floats.</returns>
    public static bool IsNative(Precision precision, torch.Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.type != DeviceType.CPU || precision switch
        {
            Precision.BFloat16 => ProcessorFeatures.HasBFloat16,
            Precision.Float16 => ProcessorFeatures.HasFloat16,
            _ => true,
        };
    }

    /// <summary>Throws where a device does not compute natively in a precision.</summary>
    /// <param name="precision">The precision.</param>
    /// <param name="device">The device.</param>
    /// <exception cref="DeviceException">The device lacks it; the message says what is missing and what to use.</exception>
    public static void Require(Precision precision, torch.Device device)
    {
        if (!IsNative(precision, device))
        {
            throw new DeviceException(
                $"{precision.ToShortName()} was asked for, but this processor ({ProcessorFeatures.Name}) has no instructions for it "
                + $"({(precision == Precision.BFloat16 ? "AVX512_BF16, AMX_BF16 or Arm BF16" : "AVX512_FP16, AMX_FP16 or Arm FP16")}). Use f32.");
        }
    }
}
