using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Deep.Tensors;

/// <summary>The C functions that libtorch_cpu exports for compiled extensions, found in the library that is loaded already.</summary>
/// <remarks>
/// The library is never loaded by name: a second copy from another folder would end the process. Names and signatures are those of
/// torch/csrc/stable/c/shim.h and torch/csrc/inductor/aoti_torch/{c,generated}/*.h in PyTorch 2.10. A function that is not there is null.
/// </remarks>
internal sealed unsafe class TorchExports
{
    private static readonly Lazy<TorchExports> Found = new(() => new TorchExports());

    private TorchExports()
    {
        if (Environment.GetEnvironmentVariable("DEEP_PLAIN_TENSORS") == "1" || FindLibrary() is not { } library)
        {
            return;
        }

        CallDispatcher = (delegate* unmanaged<byte*, byte*, ulong*, int>)Find(library, "aoti_torch_call_dispatcher");
        NewTensorHandle = (delegate* unmanaged<nint, nint*, int>)Find(library, "aoti_torch_new_tensor_handle");
        NewList = (delegate* unmanaged<nuint, nint*, int>)Find(library, "torch_new_list_reserve_size");
        PushBack = (delegate* unmanaged<nint, ulong, int>)Find(library, "torch_list_push_back");
        DataPointer = (delegate* unmanaged<nint, void**, int>)Find(library, "aoti_torch_get_data_ptr");
        ElementType = (delegate* unmanaged<nint, int*, int>)Find(library, "aoti_torch_get_dtype");
        DeviceType = (delegate* unmanaged<nint, int*, int>)Find(library, "aoti_torch_get_device_type");
        IsContiguous = (delegate* unmanaged<nint, byte*, int>)Find(library, "aoti_torch_is_contiguous");
        Elements = (delegate* unmanaged<nint, long*, int>)Find(library, "aoti_torch_get_numel");
        ParallelFor = (delegate* unmanaged<long, long, long, delegate* unmanaged[Cdecl]<long, long, void*, void>, void*, int>)Find(library, "torch_parallel_for");
        ConvolutionPointwise =
            (delegate* unmanaged<nint, nint, nint*, long*, long, long*, long, long*, long, long, byte*, double**, long, byte**, nint*, int>)
            Find(library, "aoti_torch_cpu_mkldnn__convolution_pointwise");
        ConvolutionPointwiseBinary =
            (delegate* unmanaged<nint, nint, nint, nint*, long*, long, long*, long, long*, long, long, byte*, double*, byte**, double**, long, byte**, nint*, int>)
            Find(library, "aoti_torch_cpu_mkldnn__convolution_pointwise_binary_");
        LinearPointwise = (delegate* unmanaged<nint, nint, nint*, byte*, double**, long, byte**, nint*, int>)Find(library, "aoti_torch_cpu__linear_pointwise");
        LinearPointwiseBinary = (delegate* unmanaged<nint, nint, nint, nint*, byte*, nint*, int>)Find(library, "aoti_torch_cpu__linear_pointwise_binary");
    }

    /// <summary>The functions. Set the environment variable DEEP_PLAIN_TENSORS to 1 to do without them.</summary>
    public static TorchExports Instance => Found.Value;

    /// <summary>(operator, overload, stack of arguments in and results out) -> error code.</summary>
    public delegate* unmanaged<byte*, byte*, ulong*, int> CallDispatcher { get; }

    /// <summary>(tensor, new handle to the same tensor) -> error code.</summary>
    public delegate* unmanaged<nint, nint*, int> NewTensorHandle { get; }

    /// <summary>(capacity, list) -> error code.</summary>
    public delegate* unmanaged<nuint, nint*, int> NewList { get; }

    /// <summary>(list, element) -> error code.</summary>
    public delegate* unmanaged<nint, ulong, int> PushBack { get; }

    /// <summary>(tensor, address of its first element) -> error code.</summary>
    public delegate* unmanaged<nint, void**, int> DataPointer { get; }

    /// <summary>(tensor, number of its dtype) -> error code.</summary>
    public delegate* unmanaged<nint, int*, int> ElementType { get; }

    /// <summary>(tensor, number of its kind of device, 0 for CPU) -> error code.</summary>
    public delegate* unmanaged<nint, int*, int> DeviceType { get; }

    /// <summary>(tensor, whether it is row-major without gaps) -> error code.</summary>
    public delegate* unmanaged<nint, byte*, int> IsContiguous { get; }

    /// <summary>(tensor, number of elements) -> error code.</summary>
    public delegate* unmanaged<nint, long*, int> Elements { get; }

    /// <summary>(begin, end, grain, body(begin, end, context), context) -> error code.</summary>
    public delegate* unmanaged<long, long, long, delegate* unmanaged[Cdecl]<long, long, void*, void>, void*, int> ParallelFor { get; }

    /// <summary>(x, weight, bias*, padding, stride, dilation, groups, attr, scalars, algorithm, result) -> error code; lists with lengths.</summary>
    public delegate* unmanaged<nint, nint, nint*, long*, long, long*, long, long*, long, long, byte*, double**, long, byte**, nint*, int>
        ConvolutionPointwise
    { get; }

    /// <summary>(other (in place), x, weight, bias*, padding, stride, dilation, groups, binary attr, alpha, unary attr, scalars, algorithm, result).</summary>
    public delegate* unmanaged<nint, nint, nint, nint*, long*, long, long*, long, long*, long, long, byte*, double*, byte**, double**, long, byte**, nint*, int>
        ConvolutionPointwiseBinary
    { get; }

    /// <summary>(x, weight, bias*, attr, scalars, algorithm, result) -> error code; the list of scalars with its length.</summary>
    public delegate* unmanaged<nint, nint, nint*, byte*, double**, long, byte**, nint*, int> LinearPointwise { get; }

    /// <summary>(x, other, weight, bias*, binary attr, result) -> error code.</summary>
    public delegate* unmanaged<nint, nint, nint, nint*, byte*, nint*, int> LinearPointwiseBinary { get; }

    private static nint Find(nint library, string name) => NativeLibrary.TryGetExport(library, name, out var address) ? address : 0;

    private static nint? FindLibrary()
    {
        NativeBackend.EnsureLoaded();
        var name = OperatingSystem.IsWindows() ? "torch_cpu.dll" : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : "libtorch_cpu.so";
        using var process = Process.GetCurrentProcess();
        foreach (ProcessModule module in process.Modules)
        {
            if (string.Equals(module.ModuleName, name, StringComparison.OrdinalIgnoreCase)
                && NativeLibrary.TryLoad(module.FileName, out var library))
            {
                return library;
            }
        }

        return null;
    }
}
