using System.Text;
using static TorchSharp.torch;

namespace Deep.Checkpoints;

/// <summary>All differences between a checkpoint and a model, found before the first value is copied.</summary>
internal sealed class LoadPlan
{
    private readonly string path;
    private readonly List<string> loaded = [];
    private readonly List<string> missing = [];
    private readonly List<string> unexpected = [];
    private readonly List<string> dropped = [];
    private readonly List<string> misfits = [];

    private LoadPlan(string path) => this.path = path;

    public List<(TensorInfo Theirs, string Ours, TensorTransform Transform)> Steps { get; } = [];

    public LoadReport Report => new(loaded, missing, unexpected, dropped);

    public static LoadPlan Make(
        ICheckpoint source, IReadOnlyDictionary<string, Tensor> target, Func<string, IEnumerable<NameMapping>> lines)
    {
        var plan = new LoadPlan(source.Path);
        foreach (var info in source.Tensors.Values)
        {
            plan.Add(info, target, lines(info.Name));
        }

        var filled = plan.Steps.Select(step => step.Ours).ToHashSet(StringComparer.Ordinal);
        plan.loaded.AddRange(plan.Steps.Select(step => step.Ours));
        plan.missing.AddRange(target.Keys.Where(name => !filled.Contains(name)));
        return plan;
    }

    public void ThrowIfUnfit(bool strict)
    {
        var message = new StringBuilder();
        if (strict)
        {
            Describe(message, missing, "missing");
            Describe(message, unexpected, "unexpected");
        }

        Describe(message, misfits, "of the wrong shape or type");
        if (message.Length > 0)
        {
            throw new CheckpointException(path, null, $"does not fit the model; {message}");
        }
    }

    private void Add(TensorInfo info, IReadOnlyDictionary<string, Tensor> target, IEnumerable<NameMapping> lines)
    {
        var known = false;
        foreach (var line in lines)
        {
            if (line.Ours is null)
            {
                dropped.Add(info.Name);
                known = true;
            }
            else if (target.TryGetValue(line.Ours, out var tensor))
            {
                known = true;
                Check(info, line, tensor);
            }
        }

        if (!known)
        {
            unexpected.Add(info.Name);
        }
    }

    private void Check(TensorInfo info, NameMapping line, Tensor tensor)
    {
        var transform = line.Transform ?? TensorTransform.Identity;
        var shape = transform.ApplyToShape(info.Shape);
        if (shape is null || !shape.AsSpan().SequenceEqual(tensor.shape))
        {
            var how = transform == TensorTransform.Identity ? "" : $" after {transform}";
            misfits.Add($"{info.Name} {info.ShapeText} for {line.Ours} {TensorInfo.ShapeToText(tensor.shape)}{how}");
        }
        else if (info.Type is not { } type || !type.ConvertsTo(tensor.dtype))
        {
            misfits.Add($"{info.Name} {info.StoredType} for {line.Ours} {tensor.dtype}");
        }

        Steps.Add((info, line.Ours!, transform));
    }

    private static void Describe(StringBuilder message, List<string> names, string what)
    {
        if (names.Count > 0)
        {
            message.Append(message.Length > 0 ? "; " : "")
                .Append(names.Count).Append(' ').Append(what).Append(": ").AppendJoin(", ", names);
        }
    }
}
