using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Deep.Checkpoints.Pickle;
using Deep.Checkpoints.Zip;
using static TorchSharp.torch;

namespace Deep.Checkpoints.Torch;

/// <summary>
/// Writes a PyTorch archive that <c>torch.load(path, weights_only=True)</c> opens as a dictionary of tensors.
/// </summary>
/// <remarks>
/// Each tensor gets a storage of its own, contiguous, on the CPU. Metadata goes to an entry of its own, which PyTorch
/// does not look at: an item in the dictionary would be in the way of <c>load_state_dict</c>.
/// </remarks>
internal static class TorchWriter
{
    private const string Root = "archive/";

    public static void Write(
        string path,
        IReadOnlyDictionary<string, Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata,
        Stream stream)
    {
        var typed = tensors
            .Select(pair => (Name: pair.Key, Tensor: pair.Value, Type: TypeOf(path, pair.Key, pair.Value)))
            .ToList();
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        using (var pickle = ZipWriter.Open(archive, $"{Root}data.pkl"))
        {
            WritePickle(pickle, typed);
        }

        WriteText(archive, "byteorder", "little");
        for (var index = 0; index < typed.Count; index++)
        {
            using var data = ZipWriter.Open(archive, $"{Root}data/{index}");
            TensorStream.Write(data, typed[index].Tensor);
        }

        WriteText(archive, "version", "3\n");
        if (metadata is { Count: > 0 })
        {
            var ordered = new Dictionary<string, string>(metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal));
            var json = JsonSerializer.Serialize(ordered, MetadataJson.Default.DictionaryStringString);
            WriteText(archive, TorchReader.MetadataEntry, json);
        }
    }

    private static TorchType TypeOf(string path, string name, Tensor tensor) => TorchType.Find(tensor.dtype)
        ?? throw new CheckpointException(path, name, $"is of type {tensor.dtype}, which cannot be written");

    private static void WriteText(ZipArchive archive, string name, string text)
    {
        using var entry = ZipWriter.Open(archive, Root + name);
        entry.Write(Encoding.UTF8.GetBytes(text));
    }

    private static void WritePickle(Stream stream, List<(string Name, Tensor Tensor, TorchType Type)> typed)
    {
        var pickle = new PickleWriter(stream, protocol: 2).Begin();
        pickle.Op(PickleOpcode.EmptyDict).Op(PickleOpcode.Mark);
        for (var index = 0; index < typed.Count; index++)
        {
            var (name, tensor, type) = typed[index];
            pickle.Text(name);
            WriteTensor(pickle, index, tensor, type);
        }

        pickle.Op(PickleOpcode.SetItems).End();
    }

    private static void WriteTensor(PickleWriter pickle, int index, Tensor tensor, TorchType type)
    {
        pickle.Global("torch._utils", "_rebuild_tensor_v2").Op(PickleOpcode.Mark);
        pickle.Op(PickleOpcode.Mark)
            .Text("storage")
            .Global("torch", type.Storage!)
            .Text(index.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .Text("cpu")
            .Integer(tensor.numel())
            .Op(PickleOpcode.Tuple)
            .Op(PickleOpcode.BinPersId);
        pickle.Integer(0).Integers(tensor.shape).Integers(ContiguousStrides(tensor.shape)).Truth(false);
        pickle.Global("collections", "OrderedDict").Op(PickleOpcode.EmptyTuple).Op(PickleOpcode.Reduce);
        pickle.Op(PickleOpcode.Tuple).Op(PickleOpcode.Reduce);
    }

    private static long[] ContiguousStrides(long[] shape)
    {
        var strides = new long[shape.Length];
        var step = 1L;
        for (var axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = step;
            step *= Math.Max(shape[axis], 1);
        }

        return strides;
    }
}
