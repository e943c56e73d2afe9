using static TorchSharp.torch;

namespace Deep.Checkpoints;

/// <summary>What a checkpoint says about one tensor, known without reading its values.</summary>
/// <param name="Name">
/// The tensor's name in the file, such as <c>stem.conv1.weight</c> or <c>NFNet/~/stem_conv0/w</c>.
/// </param>
/// <param name="Type">
/// The element type, or null where TorchSharp has none for it (such as <c>F8_E4M3</c>): reading then fails.
/// </param>
/// <param name="Shape">The sizes, outermost first; empty for a scalar.</param>
public sealed record TensorInfo(string Name, ScalarType? Type, IReadOnlyList<long> Shape)
{
    /// <summary>
    /// The element type as the file spells it, such as <c>BF16</c>, <c>torch.bfloat16</c> or <c>&lt;f4</c>.
    /// </summary>
    public string StoredType { get; init; } = Type?.ToString() ?? "unknown";

    /// <summary>The number of elements.</summary>
    public long Elements
    {
        get
        {
            var elements = 1L;
            foreach (var size in Shape)
            {
                elements *= size;
            }

            return elements;
        }
    }

    /// <summary>
    /// The size of the values when read with their own type, in bytes; 0 where TorchSharp has no such type.
    /// </summary>
    public long Bytes => Type is { } type ? Elements * ElementTypes.SizeOf(type) : 0;

    /// <summary>The shape as text, such as <c>[64, 3, 7, 7]</c>.</summary>
    public string ShapeText => ShapeToText(Shape);

    internal static string ShapeToText(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
