using TorchSharp;

namespace Deep.Tensors;

/// <summary>How many threads one tensor operation may use on the CPU.</summary>
/// <remarks>
/// The number belongs to the process, not to a model: set it once, at start. More threads than cores make every operation
/// slower. Where many requests run at once, few threads each give the highest throughput.
/// </remarks>
public static class ComputeThreads
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
}
