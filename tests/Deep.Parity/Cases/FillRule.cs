using System.Text;

namespace Deep.Parity.Cases;

/// <summary>Numbers computed from a tensor's name, so that a case carries no weights (parity/FORMAT.md, "The fill rule").</summary>
/// <remarks>SplitMix64 of the name's FNV-1a hash plus the flat row-major index; double precision, rounded once to float32.</remarks>
public static class FillRule
{
    private const int Chunk = 1 << 16;

    /// <summary>The first numbers of a name, uniform in [-1, 1).</summary>
    public static double[] Unit(string name, int count)
    {
        var hash = Hash(name);
        return [.. Enumerable.Range(0, count).Select(i => Signed(hash, i))];
    }

    /// <summary>A weight of the reference's state dict: uniform with variance 1 / fan-in, gains near 1, offsets near 0.</summary>
    public static float[] Weight(string name, IReadOnlyList<long> shape)
    {
        if (shape.Count >= 2)
        {
            var elements = Elements(shape);
            return Fill(name, shape, Math.Sqrt(3 / (elements / (double)shape[0])), 0);
        }

        var last = name[(name.LastIndexOf('.') + 1)..];
        return Fill(name, shape, 0.1, last is "weight" or "gain" or "scale" or "gamma" ? 1 : 0);
    }

    /// <summary>A float input: uniform in [offset - scale, offset + scale).</summary>
    public static float[] FloatInput(string name, IReadOnlyList<long> shape, double scale = 1, double offset = 0) =>
        Fill("input:" + name, shape, scale, offset);

    /// <summary>An integer input: uniform in [0, high).</summary>
    public static long[] IntInput(string name, IReadOnlyList<long> shape, long high)
    {
        var hash = Hash("input:" + name);
        var values = new long[Elements(shape)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (long)(Mix(hash + (ulong)i) % (ulong)high);
        }

        return values;
    }

    /// <summary>Elements of a shape; a scalar has one.</summary>
    public static long Elements(IReadOnlyList<long> shape) => shape.Aggregate(1L, (product, size) => checked(product * size));

    private static float[] Fill(string name, IReadOnlyList<long> shape, double scale, double offset)
    {
        var hash = Hash(name);
        var values = new float[Elements(shape)];
        Parallel.For(0, (values.Length + Chunk - 1) / Chunk, chunk =>
        {
            var end = Math.Min(values.Length, (chunk + 1) * Chunk);
            for (var i = chunk * Chunk; i < end; i++)
            {
                values[i] = (float)((Signed(hash, i) * scale) + offset);
            }
        });
        return values;
    }

    private static ulong Hash(string name)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var octet in Encoding.UTF8.GetBytes(name))
        {
            hash = (hash ^ octet) * 0x100000001B3;
        }

        return hash;
    }

    private static double Signed(ulong hash, int index) => (2 * ((Mix(hash + (ulong)index) >> 40) * (1.0 / (1 << 24)))) - 1;

    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
