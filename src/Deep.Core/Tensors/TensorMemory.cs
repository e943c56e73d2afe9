using static TorchSharp.torch;

namespace Deep.Tensors;

/// <summary>The address of a tensor's elements, for kernels written here.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Whether addresses can be had.</summary>
    public static bool IsReachable => TorchExports.Instance.DataPointer != null;

    /// <summary>The first element, with the tensor's offset in its storage. Keep the tensor alive while it is used.</summary>
    public static void* AddressOf(Tensor tensor)
    {
        void* address;
        return TorchExports.Instance.DataPointer(tensor.Handle, &address) == 0
            ? address
            : throw new DeepException("libtorch gave no address of a tensor; its reason stands on standard error.");
    }
}
