using System.Runtime.InteropServices;
using TorchSharp;

namespace Deep.Tensors;

/// <summary>Loads libtorch, and says in plain words why it does not load where it doesn't.</summary>
/// <remarks>
/// TorchSharp itself answers every failure with "does not contain a reference to libtorch-cpu", whatever the cause, after it has copied
/// half a gigabyte about. So the binding is opened here first, from where the build put it. Safe to call from many threads.
/// </remarks>
public static class NativeBackend
{
    private const string BindingOnLinux = "libLibTorchSharp.so";
    private static readonly Lazy<DeviceException?> Failure = new(Load);

    /// <summary>Loads the native backend, once for the process.</summary>
    /// <exception cref="DeviceException">It does not load; the message says why and what to do.</exception>
    public static void EnsureLoaded()
    {
        if (Failure.Value is { } failure)
        {
            // A new object for each caller: a stack trace belongs to one throw.
            throw new DeviceException(failure.Message, failure.InnerException);
        }
    }

    /// <summary>Looks at the machine and at what loads. Never throws for a backend that is missing or broken.</summary>
    /// <returns>The findings, for <c>deep doctor</c> and for bug reports.</returns>
    public static BackendReport Probe()
    {
        var failure = Failure.Value;
        var report = new BackendReport
        {
            OperatingSystem = RuntimeInformation.OSDescription,
            Processor = ProcessorFeatures.Name,
            ProcessorCount = Environment.ProcessorCount,
            MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            Runtime = RuntimeInformation.FrameworkDescription,
            TorchSharpVersion = typeof(torch).Assembly.GetName().Version?.ToString(3) ?? "unknown",
            HasBFloat16 = ProcessorFeatures.HasBFloat16,
            Loads = failure is null,
            Folder = FindBinding() is { } binding ? Path.GetDirectoryName(binding) : null,
            Problem = failure?.Message.Split('\n')[0],
            Advice = failure?.Message.Split('\n', 2) is [_, var advice] ? advice : null,
        };
        return failure is not null ? report : report with
        {
            LibTorchVersion = torch.__version__,
            HasDispatcher = Dispatcher.IsAvailable,
            HasFusedConvolution = Nn.OneDnn.IsAvailable,
            HasOperatorArchive = OperatorArchive.Instance is not null,
            Threads = torch.get_num_threads(),
            CudaDevices = torch.cuda.is_available() ? torch.cuda.device_count() : 0,
        };
    }

    /// <summary>Turns a loader's message into what is wrong (first line) and what to do (second line).</summary>
    internal static string Explain(string loaderMessage, string? binding)
    {
        if (loaderMessage.Contains("GLIBCXX_", StringComparison.Ordinal))
        {
            return "TorchSharp's native binding asks for a newer C++ library (GLIBCXX_3.4.32, GCC 13) than this system has.\n"
                + "Build the application with the package Deep.Core referenced: its build step marks that one requirement as weak "
                + "(check that DeepLibTorchSharpCompat is not false). In a host that has no build, such as a notebook, use a system with GCC 13's libstdc++: "
                + "Debian 13, Ubuntu 24.04, Fedora 39, or newer.";
        }

        if (loaderMessage.Contains("libcudart", StringComparison.Ordinal) || loaderMessage.Contains("libcuda", StringComparison.Ordinal))
        {
            return "The CUDA backend is referenced, but the NVIDIA driver's libraries are not found.\n"
                + "Install the NVIDIA driver, or reference TorchSharp-cpu in its place.";
        }

        if (loaderMessage.Contains("libgomp", StringComparison.Ordinal) || loaderMessage.Contains("libstdc++", StringComparison.Ordinal))
        {
            return $"The native backend misses a system library: {FirstLine(loaderMessage)}\n"
                + "Install it (Debian and Ubuntu: apt-get install libgomp1 libstdc++6).";
        }

        return binding is null
            ? "No native backend is referenced: libtorch was not found beside the application.\n"
                + "Add one to the application: dotnet add package TorchSharp-cpu (or TorchSharp-cuda-linux, TorchSharp-cuda-windows). "
                + "In a notebook: #r \"nuget: TorchSharp-cpu, 0.107.0\" before anything of Deep is used."
            : $"The native backend {binding} does not load: {FirstLine(loaderMessage)}\n"
                + "Check that the version of the backend's package is that of TorchSharp's release notes, and that the folder holds all its files.";
    }

    private static DeviceException? Load()
    {
        UseLargePages();
        var binding = FindBinding();
        try
        {
            if (binding is not null)
            {
                // The very file TorchSharp takes: the same folder, so that libtorch is not mapped a second time (which aborts).
                NativeLibrary.Load(binding);
            }

            torch.InitializeDeviceType(DeviceType.CPU);
            return null;
        }
        catch (Exception error) when (error is DllNotFoundException or NotSupportedException or TypeInitializationException
            or BadImageFormatException or EntryPointNotFoundException or FileNotFoundException)
        {
            return new DeviceException(Explain(error.InnerException is { } inner ? error.Message + "\n" + inner.Message : error.Message, binding), error);
        }
    }

    // libtorch's own switch (c10/core/impl/alloc_cpu.cpp): tensors of 2 MB and more lie on large pages, which weights that are streamed
    // from memory and maps that are written once both gain from. A variable that is set already is left as it is.
    private static void UseLargePages()
    {
        try
        {
            _ = OperatingSystem.IsLinux() ? setenv("THP_MEM_ALLOC_ENABLE", "1", 0) : 0;
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            // Only speed is lost.
        }
    }

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setenv(string name, string value, int overwrite);

    private static string? FindBinding()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        string[] places =
        [
            Path.Combine(AppContext.BaseDirectory, BindingOnLinux),
            Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native", BindingOnLinux),
            Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", BindingOnLinux),
        ];
        return places.FirstOrDefault(File.Exists);
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();
}
