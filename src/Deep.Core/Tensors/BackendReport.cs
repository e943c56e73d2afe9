namespace Deep.Tensors;

/// <summary>What <see cref="NativeBackend.Probe"/> found: the machine, the versions, what loads and what to do about the rest.</summary>
public sealed record BackendReport
{
    /// <summary>The operating system's name and version.</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>The processor's name.</summary>
    public required string Processor { get; init; }

    /// <summary>The processors that .NET may use.</summary>
    public required int ProcessorCount { get; init; }

    /// <summary>The memory that .NET may use, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>The .NET runtime's name and version.</summary>
    public required string Runtime { get; init; }

    /// <summary>The version of the TorchSharp package.</summary>
    public required string TorchSharpVersion { get; init; }

    /// <summary>Whether the native backend loads.</summary>
    public required bool Loads { get; init; }

    /// <summary>The version of libtorch, or null where it does not load.</summary>
    public string? LibTorchVersion { get; init; }

    /// <summary>The folder that the native backend was loaded from, or null where that is not known.</summary>
    public string? Folder { get; init; }

    /// <summary>The threads that one operation uses.</summary>
    public int Threads { get; init; }

    /// <summary>The CUDA devices that the backend sees.</summary>
    public int CudaDevices { get; init; }

    /// <summary>Whether the processor computes bf16 natively.</summary>
    public required bool HasBFloat16 { get; init; }

    /// <summary>Whether operators can be called through libtorch's C interface; plain TorchSharp is used otherwise.</summary>
    public bool HasDispatcher { get; init; }

    /// <summary>Whether oneDNN's packed, fused convolutions can be called; plain convolutions are used otherwise.</summary>
    public bool HasFusedConvolution { get; init; }

    /// <summary>Whether operators can be called through a TorchScript archive; plain TorchSharp is used otherwise.</summary>
    public bool HasOperatorArchive { get; init; }

    /// <summary>What is wrong, in one sentence, or null.</summary>
    public string? Problem { get; init; }

    /// <summary>What to do about it, or null.</summary>
    public string? Advice { get; init; }
}
