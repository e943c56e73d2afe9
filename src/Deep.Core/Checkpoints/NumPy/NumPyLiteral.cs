using System.Globalization;

namespace Deep.Checkpoints.NumPy;

/// <summary>
/// Reads the Python dictionary in an <c>.npy</c> header, and nothing that such a header does not hold.
/// </summary>
internal sealed class NumPyLiteral(string text, Func<string, CheckpointException> error)
{
    private const int MaxRank = 64;
    private const int MaxDepth = 16;

    private int at;

    public (string Descr, bool Fortran, long[] Shape) ReadHeader()
    {
        string? descr = null;
        bool? fortran = null;
        long[]? shape = null;
        Expect('{');
        while (!TryTake('}'))
        {
            var key = ReadString();
            Expect(':');
            switch (key)
            {
                case "descr" when descr is null:
                    descr = Peek() == '[' ? ReadFields(0) : ReadString();
                    break;
                case "fortran_order" when fortran is null:
                    fortran = ReadTruth();
                    break;
                case "shape" when shape is null:
                    shape = ReadShape();
                    break;
                default:
                    throw error($"has the key '{key}' that is unknown or there twice in its header");
            }

            if (!TryTake(','))
            {
                Expect('}');
                break;
            }
        }

        if (Peek() != '\0' || descr is null || fortran is null || shape is null)
        {
            throw error("does not have exactly 'descr', 'fortran_order' and 'shape' in its header");
        }

        return (descr, fortran.Value, shape);
    }

    private char Peek()
    {
        while (at < text.Length && text[at] is ' ' or '\n' or '\t' or '\r')
        {
            at++;
        }

        return at < text.Length ? text[at] : '\0';
    }

    private bool TryTake(char wanted)
    {
        var there = Peek() == wanted && at < text.Length;
        at += there ? 1 : 0;
        return there;
    }

    private void Expect(char wanted)
    {
        if (!TryTake(wanted))
        {
            throw error($"has a header without the expected '{wanted}' at character {at}");
        }
    }

    private string ReadString()
    {
        var quote = Peek();
        var end = quote is '\'' or '"' ? text.IndexOf(quote, at + 1) : -1;
        if (end < 0)
        {
            throw error($"has a header without the expected string at character {at}");
        }

        var read = text[(at + 1)..end];
        at = end + 1;
        return read.Contains('\\') ? throw error("has an escaped character in its header") : read;
    }

    private bool ReadTruth()
    {
        Peek();
        foreach (var (word, truth) in (ReadOnlySpan<(string, bool)>)[("True", true), ("False", false)])
        {
            if (text.AsSpan(at).StartsWith(word))
            {
                at += word.Length;
                return truth;
            }
        }

        throw error("has a fortran_order that is neither True nor False");
    }

    private long[] ReadShape()
    {
        var sizes = new List<long>();
        Expect('(');
        while (!TryTake(')'))
        {
            if (sizes.Count == MaxRank)
            {
                throw error($"has more than {MaxRank} axes");
            }

            sizes.Add(ReadNumber());
            if (!TryTake(','))
            {
                Expect(')');
                break;
            }
        }

        return [.. sizes];
    }

    private long ReadNumber()
    {
        Peek();
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        if (!long.TryParse(
            text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw error("has a shape with something that is not a whole number of 0 to 2^63 - 1");
        }

        TryTake('L'); // Python 2 wrote long integers so
        return number;
    }

    /// <summary>
    /// A list of fields, passed over by its brackets and strings: such arrays can be named but not read.
    /// </summary>
    private string ReadFields(int depth)
    {
        Expect('[');
        while (!TryTake(']'))
        {
            switch (Peek())
            {
                case '[' when depth < MaxDepth:
                    ReadFields(depth + 1);
                    break;
                case '\'' or '"':
                    ReadString();
                    break;
                case '(' or ')' or ',' or 'L' or (>= '0' and <= '9'):
                    at++;
                    break;
                default:
                    throw error($"has a type with fields that are not readable at character {at}");
            }
        }

        return "V0";
    }
}
