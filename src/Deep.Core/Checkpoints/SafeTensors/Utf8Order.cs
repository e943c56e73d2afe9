using System.Text;

namespace Deep.Checkpoints.SafeTensors;

/// <summary>
/// Orders names by their UTF-8 bytes, as the format's own writer does; UTF-16 order differs above U+FFFF.
/// </summary>
internal static class Utf8Order
{
    public static IComparer<string> Comparer { get; } = Comparer<string>.Create(static (left, right) =>
        Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right)));
}
