using Deep.Checkpoints.NumPy;
using Deep.Checkpoints.Pickle;

namespace Deep.Checkpoints.Haiku;

/// <summary>
/// Opens a pickle of Haiku parameters: module → parameter → array, as DeepMind publishes its networks.
/// </summary>
/// <remarks>
/// Names are the keys on the way, joined by slashes: <c>NFNet/~/stem_conv0</c> and <c>w</c> give
/// <c>NFNet/~/stem_conv0/w</c>; the items of a tuple, such as (parameters, state), count from 0. A root that is one
/// array is called <c>array</c>. DeepMind's files end in <c>.npz</c> but are such pickles.
/// </remarks>
internal static class HaikuReader
{
    public static StoredCheckpoint Open(CheckpointBytes source, AllocationBudget budget)
    {
        var dialect = new HaikuDialect(source, budget);
        var reader = new PickleReader(source, 0, source.Length);
        var root = PickleMachine.Run(reader, dialect, budget);
        if (reader.Remaining > 0)
        {
            throw dialect.Error($"ends {reader.Remaining} bytes before the file does");
        }

        var parts = new Dictionary<PickleBytes, CheckpointBytes>();
        var tensors = new TensorTree<HaikuArray>('/', dialect, budget).Find(root, "array")
            .Select(pair => Place(source, dialect, parts, pair.Name, pair.Tensor.State))
            .ToList();
        return new StoredCheckpoint(source, tensors, new Dictionary<string, string>(), parts.Values);
    }

    private static StoredTensor Place(
        CheckpointBytes source,
        PickleDialect dialect,
        Dictionary<PickleBytes, CheckpointBytes> parts,
        string name,
        HaikuArrayState? state)
    {
        if (state is null)
        {
            throw dialect.Error($"has the array {name} without values");
        }

        var values = state.Values;
        if (values is { Encoding: PickleEncoding.Raw, Inline: null })
        {
            return NumPyArray.Place(name, state.Type, state.Shape, state.Fortran, source, values.Offset, state.Length);
        }

        if (!parts.TryGetValue(values, out var bytes))
        {
            bytes = values.Inline is { } inline
                ? new ArrayBytes(source.Name, inline)
                : new Latin1Bytes(source, values, state.Length);
            parts.Add(values, bytes);
        }

        return NumPyArray.Place(name, state.Type, state.Shape, state.Fortran, bytes, 0, state.Length);
    }
}
