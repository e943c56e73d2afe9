using System.Globalization;

namespace Deep.Checkpoints.Pickle;

/// <summary>Finds the tensors in a tree of dictionaries, lists and tuples, and names each by its path.</summary>
/// <remarks>
/// A name is the keys on the way, joined by the format's separator; items of lists and tuples count from 0. A pickle
/// may hold one value in many places, or inside itself, so both the depth and the number of visits are bounded.
/// </remarks>
internal sealed class TensorTree<T>(char separator, PickleDialect dialect, AllocationBudget budget)
    where T : class
{
    private const long MaxVisits = 1 << 21;

    private readonly List<(string Name, T Tensor)> found = [];
    private long visits;

    public List<(string Name, T Tensor)> Find(object? root, string rootName)
    {
        if (root is T tensor)
        {
            found.Add((rootName, tensor));
        }
        else
        {
            Visit(root, "", 0);
        }

        return found;
    }

    public static string? KeyText(object? key) => key switch
    {
        string text => text,
        bool flag => flag ? "True" : "False",
        long number => number.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    private void Visit(object? node, string? prefix, int depth)
    {
        if (depth > budget.Limits.MaxNesting)
        {
            throw dialect.Error($"nests more than {budget.Limits.MaxNesting} deep (CheckpointLimits.MaxNesting)");
        }

        switch (node)
        {
            case PickleMap map:
                foreach (var (key, value) in map.Items)
                {
                    Child(value, prefix, KeyText(key), depth);
                }

                break;
            case PickleList list:
                Items(list.Items, prefix, depth);
                break;
            case PickleTuple tuple:
                Items(tuple.Items, prefix, depth);
                break;
        }
    }

    private void Items(IReadOnlyList<object?> items, string? prefix, int depth)
    {
        for (var index = 0; index < items.Count; index++)
        {
            Child(items[index], prefix, null, depth, index);
        }
    }

    private void Child(object? value, string? prefix, string? key, int depth, int index = -1)
    {
        if (++visits > MaxVisits)
        {
            throw dialect.Error($"holds more than {MaxVisits} values, repeated ones counted each time");
        }

        if (value is not (T or PickleMap or PickleList or PickleTuple))
        {
            return;
        }

        key ??= index >= 0 ? index.ToString(CultureInfo.InvariantCulture) : null;
        var name = prefix is null || key is null ? null : depth == 0 ? key : $"{prefix}{separator}{key}";
        budget.ChargeText(name?.Length ?? 0);
        if (value is T tensor)
        {
            found.Add(
                (name ?? throw dialect.Error("has a tensor under a key that is neither text nor a number"), tensor));
        }
        else
        {
            Visit(value, name, depth + 1);
        }
    }
}
