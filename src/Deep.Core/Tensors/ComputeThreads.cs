using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Deep.Tensors;

/// <summary>How many threads one tensor operation may use on the CPU, and a loop that runs on those threads.</summary>
/// <remarks>
/// The number belongs to the process, not to a model: set it once, at start. More threads than cores make every operation
/// slower. Where many requests run at once, few threads each give the highest throughput.
/// </remarks>
public static unsafe class ComputeThreads
{
    /// <summary>The threads that one operation uses.</summary>
    public static int Count
    {
        get
        {
            NativeBackend.EnsureLoaded();
            return torch.get_num_threads();
        }
    }

    /// <summary>Sets the number of threads.</summary>
    /// <param name="count">1 to 1,024; 0 stands for the processor count that .NET reports, which respects container limits.</param>
    /// <exception cref="ConfigurationException">The number is out of range.</exception>
    public static void Use(int count)
    {
        if (count is < 0 or > 1024)
        {
            throw new ConfigurationException(nameof(ComputeThreads), "0 to 1024", count);
        }

        NativeBackend.EnsureLoaded();
        torch.set_num_threads(count == 0 ? Environment.ProcessorCount : count);
    }

    /// <summary>Runs a loop in ranges on libtorch's own threads, which do not compete with themselves as a second pool would.</summary>
    /// <param name="count">The body is called for ranges that cover 0 to <paramref name="count"/> once.</param>
    /// <param name="grain">The fewest turns that are worth a thread, 1 or more.</param>
    /// <param name="body">Called with the first turn and the one after the last, from several threads at once.</param>
    /// <exception cref="ConfigurationException">A number is out of range.</exception>
    public static void For(long count, long grain, Action<long, long> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (count < 0 || grain < 1)
        {
            throw new ConfigurationException(nameof(For), "a count of 0 or more and a grain of 1 or more", (count, grain));
        }

        var native = TorchExports.Instance.ParallelFor;
        if (count <= grain || native == null)
        {
            body(0, count);
            return;
        }

        var loop = new Loop(body);
        var handle = GCHandle.Alloc(loop);
        try
        {
            if (native(0, count, grain, &Run, (void*)GCHandle.ToIntPtr(handle)) != 0)
            {
                throw new DeepException("libtorch's parallel loop failed; its reason stands on standard error.");
            }
        }
        finally
        {
            handle.Free();
        }

        loop.Failure?.Throw();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Run(long begin, long end, void* context)
    {
        var loop = (Loop)GCHandle.FromIntPtr((nint)context).Target!;
        try
        {
            loop.Body(begin, end);
        }
        catch (Exception error)
        {
            // An exception that left here would unwind native frames and end the process.
            loop.Failure = ExceptionDispatchInfo.Capture(error);
        }
    }

    private sealed class Loop(Action<long, long> body)
    {
        public Action<long, long> Body { get; } = body;

        public volatile ExceptionDispatchInfo? Failure;
    }
}
