using static TorchSharp.torch;

namespace Deep.Training;

/// <summary>The strict comparison of saved tensors with what a part of a run needs, before anything is changed.</summary>
internal static class SavedTensors
{
    /// <summary>Every difference in one message.</summary>
    /// <param name="part">The part of the run, for the message.</param>
    /// <param name="state">The saved tensors.</param>
    /// <param name="expected">All names with their shapes.</param>
    /// <exception cref="ShapeException">A tensor is missing, unknown or of another shape.</exception>
    public static void Require(
        string part, IReadOnlyDictionary<string, Tensor> state, IEnumerable<(string Name, long[] Shape)> expected)
    {
        ArgumentNullException.ThrowIfNull(state);
        var shapes = expected.ToDictionary(entry => entry.Name, entry => entry.Shape);
        var differences = new List<string>();
        foreach (var (name, shape) in shapes)
        {
            if (!state.TryGetValue(name, out var saved))
            {
                differences.Add($"{name} is missing");
            }
            else if (!saved.shape.SequenceEqual(shape))
            {
                differences.Add($"{name} must be of shape {Text(shape)}, but is of shape {Text(saved.shape)}");
            }
        }

        differences.AddRange(state.Keys.Where(name => !shapes.ContainsKey(name)).Select(name => $"{name} is unknown"));
        if (differences.Count > 0)
        {
            throw new ShapeException($"The saved state does not fit this {part}: {string.Join("; ", differences)}.");
        }
    }

    private static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";
}
