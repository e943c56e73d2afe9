using System.Globalization;
using TorchSharp;

namespace Deep.Tensors;

/// <summary>Chooses the device to compute on by its name.</summary>
/// <remarks>Safe to call from many threads. Nothing in this suite assumes a device: it is passed in as an argument.</remarks>
public static class Devices
{
    /// <summary>The device of a name, after checking that it is there.</summary>
    /// <param name="name">
    /// <c>cpu</c>; <c>cuda</c> or <c>cuda:N</c> (N counts from 0); <c>mps</c> (Apple); or <c>auto</c>: the first
    /// graphics processor, and the CPU where there is none. Case does not matter.
    /// </param>
    /// <returns>The device.</returns>
    /// <exception cref="DeviceException">
    /// The name is none of these, or the device is not there: the message says what is there and what to do.
    /// </exception>
    public static torch.Device Resolve(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        NativeBackend.EnsureLoaded();
        var wanted = name.Trim();
        if (Is(wanted, "cpu"))
        {
            return new torch.Device(DeviceType.CPU);
        }

        if (Is(wanted, "auto"))
        {
            return torch.cuda.is_available() ? new torch.Device(DeviceType.CUDA, 0)
                : torch.mps_is_available() ? new torch.Device(DeviceType.MPS)
                : new torch.Device(DeviceType.CPU);
        }

        if (Is(wanted, "mps"))
        {
            return torch.mps_is_available()
                ? new torch.Device(DeviceType.MPS)
                : throw new DeviceException("Device mps was asked for, but it exists only on Apple hardware. Use cpu or auto.");
        }

        if (Is(wanted, "cuda") || wanted.StartsWith("cuda:", StringComparison.OrdinalIgnoreCase))
        {
            return Cuda(wanted);
        }

        throw new DeviceException($"Device '{name}' is not known. Use cpu, cuda, cuda:N, mps or auto.");
    }

    private static torch.Device Cuda(string wanted)
    {
        var index = 0;
        if (wanted.Length > 4
            && !int.TryParse(wanted.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out index))
        {
            throw new DeviceException($"Device '{wanted}' is not known: after 'cuda:' comes the number of the graphics processor, from 0.");
        }

        if (!torch.cuda.is_available())
        {
            throw new DeviceException(
                $"Device {wanted} was asked for, but the loaded backend sees no CUDA device. It needs an NVIDIA driver and the package "
                + "TorchSharp-cuda-linux or TorchSharp-cuda-windows in the application, in the place of TorchSharp-cpu. Use cpu or auto.");
        }

        var count = torch.cuda.device_count();
        return index < count
            ? new torch.Device(DeviceType.CUDA, index)
            : throw new DeviceException($"Device {wanted} was asked for, but this machine has {count} CUDA device(s), counted from 0.");
    }

    private static bool Is(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);
}
