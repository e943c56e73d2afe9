using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Perceivers;

/// <summary>The labels of classes, and the best of them.</summary>
internal static class ClassLabels
{
    /// <summary>Labels that are given, of a file, stored with the model, or else the indices as text.</summary>
    /// <param name="options">Whose options these are, for errors.</param>
    /// <param name="classes">How many classes the network has.</param>
    /// <param name="given">The option Labels.</param>
    /// <param name="file">The option LabelsFile.</param>
    /// <param name="stored">Labels that came with the model.</param>
    /// <exception cref="ConfigurationException">The file is not there, or there are not as many as classes.</exception>
    public static IReadOnlyList<string> Of(PerceiverOptions options, int classes,
        IReadOnlyList<string>? given, string? file, IReadOnlyList<string>? stored)
    {
        if (given is null && file is not null)
        {
            options.Check(File.Exists(file), "a file that exists", file, "LabelsFile");
            given = [.. File.ReadLines(file).Where(line => line.Length > 0)];
        }

        var labels = given ?? (stored?.Count == classes ? stored : [.. Enumerable.Range(0, classes).Select(i => $"{i}")]);
        options.Check(labels.Count == classes, $"one label for each of {classes} classes", labels.Count, "Labels");
        return labels;
    }

    /// <summary>The most probable classes of each input, the best first.</summary>
    /// <param name="logits">[N, K], any float dtype and device.</param>
    /// <param name="labels">K labels.</param>
    /// <param name="top">How many.</param>
    public static IReadOnlyList<IReadOnlyList<Prediction>> Best(Tensor logits, IReadOnlyList<string> labels, int top)
    {
        using var scope = NewDisposeScope();
        var probabilities = logits.to(ScalarType.Float32).softmax(-1).cpu().contiguous().data<float>().ToArray();
        return [.. probabilities.Chunk(labels.Count).Select(row => Best(row, labels, top))];
    }

    private static IReadOnlyList<Prediction> Best(float[] row, IReadOnlyList<string> labels, int top) =>
    [
        .. row.Select((probability, index) => new Prediction(index, labels[index], probability))
            .OrderByDescending(p => p.Probability).ThenBy(p => p.Index).Take(top),
    ];
}
