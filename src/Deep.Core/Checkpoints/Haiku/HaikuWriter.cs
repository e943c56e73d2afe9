using Deep.Checkpoints.NumPy;
using Deep.Checkpoints.Pickle;
using static TorchSharp.torch;

namespace Deep.Checkpoints.Haiku;

/// <summary>Writes a pickle of module → parameter → array that needs nothing but NumPy to be read.</summary>
/// <remarks>
/// Protocol 4, plain dictionaries. A name is split at its last slash, so <c>NFNet/~/stem_conv0/w</c> becomes the
/// parameter <c>w</c> of the module <c>NFNet/~/stem_conv0</c>; one without a slash stands beside the modules.
/// </remarks>
internal static class HaikuWriter
{
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, Stream stream)
    {
        var arrays = tensors
            .Select(pair =>
                (Name: pair.Key, Tensor: pair.Value, Type: NumPyWriter.SpellType(path, pair.Key, pair.Value)))
            .ToList();
        var names = arrays.Select(array => array.Name);
        var alone = names.Where(name => !name.Contains('/')).ToHashSet(StringComparer.Ordinal);
        if (arrays.FirstOrDefault(array => alone.Contains(ModuleOf(array.Name))).Name is { } clash)
        {
            throw new CheckpointException(path, clash, "lies in a module that is itself the name of a tensor");
        }

        var pickle = new PickleWriter(stream, protocol: 4).Begin().Op(PickleOpcode.EmptyDict).Op(PickleOpcode.Mark);
        foreach (var module in arrays.GroupBy(array => ModuleOf(array.Name), StringComparer.Ordinal))
        {
            if (module.Key.Length > 0)
            {
                pickle.Text(module.Key).Op(PickleOpcode.EmptyDict).Op(PickleOpcode.Mark);
            }

            foreach (var (name, tensor, type) in module)
            {
                pickle.Text(name[(name.LastIndexOf('/') + 1)..]);
                WriteArray(pickle, tensor, type, stream);
            }

            if (module.Key.Length > 0)
            {
                pickle.Op(PickleOpcode.SetItems);
            }
        }

        pickle.Op(PickleOpcode.SetItems).End();
    }

    private static string ModuleOf(string name) => name[..Math.Max(name.LastIndexOf('/'), 0)];

    private static void WriteArray(PickleWriter pickle, Tensor tensor, string type, Stream stream)
    {
        // _reconstruct(ndarray, (0,), b'b'), then the state (1, shape, dtype, fortran, bytes), as ndarray.__reduce__
        // gives them. NumPy 2 keeps the old module names for exactly this.
        pickle.Global("numpy.core.multiarray", "_reconstruct").Global("numpy", "ndarray").Integers([0]).BytesFollow(1);
        stream.WriteByte((byte)'b');
        pickle.Op(PickleOpcode.Tuple3).Op(PickleOpcode.Reduce);
        pickle.Op(PickleOpcode.Mark).Integer(1).Integers(tensor.shape);
        WriteType(pickle, type);
        pickle.Truth(false).BytesFollow(tensor.numel() * tensor.element_size());
        TensorStream.Write(stream, tensor);
        pickle.Op(PickleOpcode.Tuple).Op(PickleOpcode.Build);
    }

    private static void WriteType(PickleWriter pickle, string type)
    {
        pickle.Global("numpy", "dtype").Text(type[1..]).Truth(false).Truth(true);
        pickle.Op(PickleOpcode.Tuple3).Op(PickleOpcode.Reduce);
        pickle.Op(PickleOpcode.Mark).Integer(3).Text(type[..1]);
        pickle.Op(PickleOpcode.None).Op(PickleOpcode.None).Op(PickleOpcode.None).Integer(-1).Integer(-1).Integer(0);
        pickle.Op(PickleOpcode.Tuple).Op(PickleOpcode.Build);
    }
}
