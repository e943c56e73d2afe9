using Deep.Checkpoints.Haiku;
using Deep.Checkpoints.NumPy;
using Deep.Checkpoints.SafeTensors;
using Deep.Checkpoints.Torch;
using static TorchSharp.torch;

namespace Deep.Checkpoints;

/// <summary>Opens and saves files of named tensors: safetensors, PyTorch, NumPy and Haiku.</summary>
/// <remarks>
/// Files may come from anybody: nothing in them is ever executed, every size is checked before memory is taken for it,
/// and whatever is wrong with one ends in a <see cref="CheckpointException"/> that names the file, the tensor and the
/// reason.
/// </remarks>
public static class Checkpoint
{
    /// <summary>Opens a checkpoint, whatever its extension says: the kind is read from the content.</summary>
    /// <param name="path">
    /// A <c>.safetensors</c> file or its <c>.index.json</c>, a PyTorch zip archive (1.6 or later), an <c>.npy</c> or
    /// <c>.npz</c> file, or a Haiku pickle.
    /// </param>
    /// <param name="limits">What the file may cost; <see cref="CheckpointLimits.Default"/> if null.</param>
    /// <param name="section">
    /// The item of a PyTorch training checkpoint that holds the wanted tensors, such as <c>state_dict</c> or
    /// <c>model_ema</c>; null to take averaged weights before raw ones and say which in the metadata's <c>section</c>.
    /// </param>
    /// <returns>The open checkpoint. The caller disposes it.</returns>
    /// <exception cref="CheckpointException">The file is not there, damaged, hostile or of an unknown kind.</exception>
    public static ICheckpoint Open(string path, CheckpointLimits? limits = null, string? section = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Open(new MappedFile(path), limits ?? CheckpointLimits.Default, section);
    }

    /// <summary>Opens a checkpoint that lies in memory, such as an embedded resource.</summary>
    /// <param name="bytes">The whole file's content; it must not change while the checkpoint is open.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="limits">What the file may cost; <see cref="CheckpointLimits.Default"/> if null.</param>
    /// <param name="section">As for a file.</param>
    /// <returns>The open checkpoint. The caller disposes it.</returns>
    /// <exception cref="CheckpointException">The content is damaged, hostile or of an unknown kind.</exception>
    public static ICheckpoint Open(
        ReadOnlyMemory<byte> bytes, string name, CheckpointLimits? limits = null, string? section = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Open(new ArrayBytes(name, bytes), limits ?? CheckpointLimits.Default, section);
    }

    /// <summary>Writes a checkpoint as a whole or not at all (see <see cref="AtomicFile"/>).</summary>
    /// <param name="path">The file; its extension chooses the format unless <paramref name="format"/> does.</param>
    /// <param name="tensors">The tensors by name, on any device; none is disposed or changed.</param>
    /// <param name="metadata">
    /// Strings to store beside them; only safetensors and PyTorch files have a place for them.
    /// </param>
    /// <param name="format">The format, or null to take it from the extension.</param>
    /// <exception cref="CheckpointException">
    /// The format is unknown or cannot hold a tensor's type or the metadata.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written; nothing has changed.</exception>
    public static void Save(
        string path,
        IReadOnlyDictionary<string, Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null,
        CheckpointFormat? format = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        var chosen = format ?? FormatOf(path);
        if (metadata is { Count: > 0 } && chosen is CheckpointFormat.NumPy or CheckpointFormat.Haiku)
        {
            throw new CheckpointException(path, null, $"the {chosen} format has no place for metadata");
        }

        AtomicFile.Write(path, stream => Write(path, chosen, tensors, metadata, stream));
    }

    private static void Write(
        string path,
        CheckpointFormat format,
        IReadOnlyDictionary<string, Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata,
        Stream stream)
    {
        switch (format)
        {
            case CheckpointFormat.SafeTensors:
                SafeTensorsWriter.Write(path, tensors, metadata, stream);
                break;
            case CheckpointFormat.Torch:
                TorchWriter.Write(path, tensors, metadata, stream);
                break;
            case CheckpointFormat.NumPy:
                NumPyWriter.Write(path, tensors, stream);
                break;
            case CheckpointFormat.Haiku:
                HaikuWriter.Write(path, tensors, stream);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, "no such format");
        }
    }

    private static ICheckpoint Open(CheckpointBytes source, CheckpointLimits limits, string? section)
    {
        try
        {
            return CheckpointSniffer.Open(source, limits, section);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private static CheckpointFormat FormatOf(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".safetensors" => CheckpointFormat.SafeTensors,
        ".pth" or ".pt" or ".bin" => CheckpointFormat.Torch,
        ".npz" => CheckpointFormat.NumPy,
        ".pkl" or ".pickle" => CheckpointFormat.Haiku,
        var extension => throw new CheckpointException(path, null, $"the extension '{extension}' names no format; "
            + "use .safetensors, .pth, .pt, .bin, .npz, .pkl or .pickle"),
    };
}
