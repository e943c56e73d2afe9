using System.Diagnostics.CodeAnalysis;

namespace Deep.Checkpoints.Pickle;

// What a pickle may hold, beside the plain .NET values null, bool, long, BigInteger, double and string.

/// <summary>A class or function that the pickle names; only its dialect knows what it stands for.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>Bytes, or text too long to be a name, that stay in the file until they are read.</summary>
/// <param name="Offset">Where they begin in the file.</param>
/// <param name="Length">How many bytes they take there.</param>
/// <param name="Encoding">How they are written there.</param>
internal sealed record PickleBytes(long Offset, long Length, PickleEncoding Encoding)
{
    /// <summary>
    /// The bytes themselves, where they were short enough to be decoded at once; offset and length then do not count.
    /// </summary>
    public byte[]? Inline { get; init; }
}

/// <summary>How <see cref="PickleBytes"/> are written.</summary>
internal enum PickleEncoding
{
    /// <summary>As they are.</summary>
    Raw,

    /// <summary>As text: UTF-8.</summary>
    Text,

    /// <summary>As text whose code points 0 to 255 are the bytes: how protocol 2 writes bytes.</summary>
    Latin1Text,
}

internal sealed class PickleTuple(object?[] items)
{
    public static PickleTuple Empty { get; } = new([]);

    public object?[] Items { get; } = items;
}

internal sealed class PickleList
{
    private List<object?>? items;

    public IReadOnlyList<object?> Items => items ?? (IReadOnlyList<object?>)[];

    public void Add(object? item) => (items ??= []).Add(item);
}

/// <summary>A set that nothing can be added to, as no allowed opcode does.</summary>
internal sealed class PickleSet;

/// <summary>A dictionary in insertion order; a repeated key replaces the value, as in Python.</summary>
internal sealed class PickleMap
{
    private OrderedDictionary<object, object?>? items;

    /// <summary>Whether it is an OrderedDict, which may carry attributes.</summary>
    public bool Ordered { get; init; }

    public IReadOnlyCollection<KeyValuePair<object, object?>> Items =>
        items ?? (IReadOnlyCollection<KeyValuePair<object, object?>>)[];

    public void Set(object key, object? value) => (items ??= [])[key] = value;

    public bool TryGet(object key, [MaybeNullWhen(false)] out object value)
    {
        value = null;
        return items is not null && items.TryGetValue(key, out value) && value is not null;
    }
}
