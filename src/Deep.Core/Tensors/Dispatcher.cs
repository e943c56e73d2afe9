using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tensors;

/// <summary>Calls any operator of libtorch by name, also those that TorchSharp does not bind.</summary>
/// <remarks>
/// The encoding of arguments is libtorch's stable interface: a tensor is a fresh handle that the callee takes over, integers and booleans are
/// themselves, a double is its bits, a list is a list's handle, an absent optional is 0 and a present one a pointer to the value, which
/// the callee frees. Autograd records the calls. Safe to call from many threads. About 4 microseconds a call.
/// </remarks>
internal static unsafe class Dispatcher
{
    private const ulong ChannelsLastFormat = 2;
    private static readonly ConcurrentDictionary<string, nint> Names = new(StringComparer.Ordinal);
    private static readonly Lazy<bool> Probed = new(Probe);

    /// <summary>Whether operators can be called here. Callers keep a plain path for where not.</summary>
    public static bool IsAvailable => Probed.Value;

    /// <summary>The encoding of an absent optional, and of false.</summary>
    public static ulong None => 0;

    /// <summary>A tensor argument.</summary>
    public static ulong From(Tensor tensor)
    {
        nint handle;
        Check(TorchExports.Instance.NewTensorHandle(tensor.Handle, &handle), "aoti_torch_new_tensor_handle");
        GC.KeepAlive(tensor);
        return (ulong)handle;
    }

    /// <summary>An integer argument.</summary>
    public static ulong From(long value) => (ulong)value;

    /// <summary>A boolean argument.</summary>
    public static ulong From(bool value) => value ? 1UL : 0;

    /// <summary>A floating point argument.</summary>
    public static ulong From(double value) => BitConverter.DoubleToUInt64Bits(value);

    /// <summary>A list of integers.</summary>
    public static ulong From(ReadOnlySpan<long> values)
    {
        var list = NewList(values.Length);
        foreach (var value in values)
        {
            Check(TorchExports.Instance.PushBack(list, (ulong)value), "torch_list_push_back");
        }

        return (ulong)list;
    }

    /// <summary>A list of tensors.</summary>
    public static ulong From(IReadOnlyList<Tensor> tensors)
    {
        var list = NewList(tensors.Count);
        foreach (var tensor in tensors)
        {
            Check(TorchExports.Instance.PushBack(list, From(tensor)), "torch_list_push_back");
        }

        return (ulong)list;
    }

    /// <summary>A present value of an optional parameter.</summary>
    public static ulong Some(ulong value)
    {
        var place = (ulong*)NativeMemory.Alloc(sizeof(ulong));
        *place = value;
        return (ulong)place;
    }

    /// <summary>The encoding of a dtype parameter.</summary>
    /// <remarks>TorchSharp's numbers of scalar types are libtorch's own.</remarks>
    public static ulong From(ScalarType type) => (ulong)type;

    /// <summary>Calls an operator that returns one tensor.</summary>
    /// <returns>The result. The caller disposes it.</returns>
    /// <exception cref="DeepException">The operator refused its arguments. libtorch writes the reason to standard error.</exception>
    public static Tensor Call(string operation, string overload, ReadOnlySpan<ulong> arguments)
    {
        Span<ulong> stack = stackalloc ulong[Math.Max(1, arguments.Length)];
        arguments.CopyTo(stack);
        Run(operation, overload, stack);
        return Tensor.UnsafeCreateTensor((nint)stack[0]);
    }

    /// <summary>Calls an operator that works in place and returns nothing.</summary>
    /// <exception cref="DeepException">The operator refused its arguments. libtorch writes the reason to standard error.</exception>
    public static void CallInPlace(string operation, string overload, ReadOnlySpan<ulong> arguments)
    {
        Span<ulong> stack = stackalloc ulong[Math.Max(1, arguments.Length)];
        arguments.CopyTo(stack);
        Run(operation, overload, stack);
    }

    /// <summary>NHWC strides in one call.</summary>
    public static Tensor ContiguousChannelsLast(Tensor x) => Call("aten::contiguous", "", [From(x), ChannelsLastFormat]);

    /// <summary>The same bytes seen as another dtype.</summary>
    public static Tensor ViewAs(Tensor x, ScalarType type) => Call("aten::view", "dtype", [From(x), From(type)]);

    /// <summary>A name as libtorch wants it. Names are few and live as long as the process.</summary>
    public static byte* Utf8(string name) => (byte*)Names.GetOrAdd(name, static text =>
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        var place = (byte*)NativeMemory.AllocZeroed((nuint)bytes + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(place, bytes));
        return (nint)place;
    });

    private static void Run(string operation, string overload, Span<ulong> stack)
    {
        if (TorchExports.Instance.CallDispatcher == null)
        {
            throw new DeepException($"{operation} cannot be called: this libtorch does not export its C interface.");
        }

        fixed (ulong* pointer = stack)
        {
            Check(TorchExports.Instance.CallDispatcher(Utf8(operation), Utf8(overload), pointer), operation);
        }
    }

    private static nint NewList(int capacity)
    {
        nint list;
        Check(TorchExports.Instance.NewList((nuint)capacity, &list), "torch_new_list_reserve_size");
        return list;
    }

    private static void Check(int code, string operation)
    {
        if (code != 0)
        {
            throw new DeepException($"libtorch's operator {operation} failed (code {code}); its reason stands on standard error.");
        }
    }

    private static bool Probe()
    {
        var exports = TorchExports.Instance;
        if (exports.CallDispatcher == null || exports.NewTensorHandle == null || exports.NewList == null || exports.PushBack == null)
        {
            return false;
        }

        // The numbers of memory formats and dtypes are not part of the interface's promise: see that they mean what they should.
        using var x = zeros(1, 2, 1, 3);
        using var byChannel = ContiguousChannelsLast(x);
        using var bytes = ViewAs(x, ScalarType.Byte);
        return byChannel.stride().AsSpan().SequenceEqual([6L, 1, 6, 2]) && bytes.dtype == ScalarType.Byte && bytes.numel() == 24;
    }
}
