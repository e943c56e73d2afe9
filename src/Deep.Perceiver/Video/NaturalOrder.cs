namespace Deep.Perceivers;

/// <summary>The order of names in which runs of digits count as numbers: frame2 before frame10.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        var a = x.AsSpan();
        var b = y.AsSpan();
        while (!a.IsEmpty && !b.IsEmpty)
        {
            int compared;
            if (char.IsAsciiDigit(a[0]) && char.IsAsciiDigit(b[0]))
            {
                var left = Digits(ref a);
                var right = Digits(ref b);
                compared = left.Length != right.Length ? left.Length.CompareTo(right.Length)
                    : left.SequenceCompareTo(right);
            }
            else
            {
                compared = a[0].CompareTo(b[0]);
                a = a[1..];
                b = b[1..];
            }

            if (compared != 0)
            {
                return compared;
            }
        }

        var rest = a.Length.CompareTo(b.Length);
        return rest != 0 ? rest : string.CompareOrdinal(x, y); // frame1 and frame01 are one number
    }

    // Takes the digits off; leading zeros do not count.
    private static ReadOnlySpan<char> Digits(ref ReadOnlySpan<char> text)
    {
        var length = text.IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : text.Length;
        var digits = text[..length].TrimStart('0');
        text = text[length..];
        return digits;
    }
}
