using System.IO.Compression;
using Deep.Checkpoints.Zip;
using static TorchSharp.torch;

namespace Deep.Checkpoints.NumPy;

/// <summary>Writes an <c>.npz</c> archive as <c>numpy.savez</c> does: one stored <c>.npy</c> entry a name.</summary>
internal static class NumPyWriter
{
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, Stream stream)
    {
        foreach (var (name, tensor) in tensors)
        {
            _ = SpellType(path, name, tensor);
        }

        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, tensor) in tensors)
        {
            using var entry = ZipWriter.Open(archive, $"{name}.npy");
            entry.Write(NumPyHeader.Write(SpellType(path, name, tensor), tensor.shape));
            TensorStream.Write(entry, tensor);
        }
    }

    public static string SpellType(string path, string name, Tensor tensor) => NumPyType.Spell(tensor.dtype)
        ?? throw new CheckpointException(path, name, $"is of type {tensor.dtype}, which NumPy does not have");
}
