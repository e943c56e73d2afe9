namespace Deep.Nowcast;

/// <summary>Random numbers that follow from their place alone: seed, member and step.</summary>
/// <remarks>SplitMix64 as a counter-based generator, Box–Muller for normal numbers. Equal whatever the thread.</remarks>
internal readonly struct NormalNoise
{
    private readonly ulong key;

    /// <summary>The numbers of one step of one member.</summary>
    public NormalNoise(long seed, int member, int step) =>
        key = Mix(Mix(Mix((ulong)seed) + (ulong)member) + (ulong)step);

    /// <summary>A number in (0, 1).</summary>
    /// <param name="place">Its place.</param>
    public double Unit(long place) => ((Mix(key + (ulong)place) >> 11) + 0.5) * (1.0 / (1L << 53));

    /// <summary>Independent normal numbers of mean 0 and variance 1.</summary>
    public float[] Field(int count)
    {
        var values = new float[count];
        var noise = this;
        Parallel.For(0, ((count / 2) + 4095) / 4096 + 1, block =>
        {
            for (var pair = block * 4096; pair < Math.Min((count + 1) / 2, (block + 1) * 4096); pair++)
            {
                var radius = Math.Sqrt(-2 * Math.Log(noise.Unit(2 * pair)));
                var (sin, cos) = Math.SinCos(2 * Math.PI * noise.Unit((2 * pair) + 1));
                values[2 * pair] = (float)(radius * cos);
                if ((2 * pair) + 1 < count)
                {
                    values[(2 * pair) + 1] = (float)(radius * sin);
                }
            }
        });
        return values;
    }

    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
