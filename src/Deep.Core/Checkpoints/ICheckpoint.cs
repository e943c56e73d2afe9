using static TorchSharp.torch;

namespace Deep.Checkpoints;

/// <summary>An open file of named tensors, read one by one on demand.</summary>
/// <remarks>
/// Opening reads names, types and shapes only. Reading is safe from many threads at once; disposing while another
/// thread reads is not. The file must not be changed in place while it is open (replacing it, as <see
/// cref="AtomicFile"/> does, is safe).
/// </remarks>
public interface ICheckpoint : IDisposable
{
    /// <summary>The file's path, or the name that its bytes were given.</summary>
    string Path { get; }

    /// <summary>What the file says beside its tensors; empty where it says nothing.</summary>
    IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors by name, in the file's order.</summary>
    IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Reads one tensor.</summary>
    /// <param name="name">A name from <see cref="Tensors"/>.</param>
    /// <returns>A new contiguous CPU tensor of the stored type and shape. The caller disposes it.</returns>
    /// <exception cref="CheckpointException">
    /// There is no such tensor, TorchSharp has no such type, or the file is damaged.
    /// </exception>
    Tensor Read(string name);

    /// <summary>
    /// Reads one tensor straight into an existing one, on any device, without a second copy of it where avoidable.
    /// </summary>
    /// <param name="name">A name from <see cref="Tensors"/>.</param>
    /// <param name="destination">
    /// A tensor of the stored shape. Integers widen to reals and reals to complex numbers; the other way is refused.
    /// </param>
    /// <exception cref="CheckpointException">As for <see cref="Read"/>, or shape or type do not fit.</exception>
    void ReadInto(string name, Tensor destination);
}
