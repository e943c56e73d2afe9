namespace Deep.Perceivers;

/// <summary>Random numbers that follow from their place alone: a hash of seed, sample, item and counter.</summary>
/// <remarks>SplitMix64's finalizer, applied to each part in turn.</remarks>
internal readonly struct CounterRandom
{
    private readonly ulong key;

    /// <summary>The numbers of one item of one sample.</summary>
    public CounterRandom(long seed, long sample = 0, long item = 0) =>
        key = Mix(Mix(Mix((ulong)seed) + (ulong)sample) + (ulong)item);

    /// <summary>A number in [0, 1).</summary>
    /// <param name="counter">Its place.</param>
    public double Unit(long counter) => (Mix(key + (ulong)counter) >> 11) * (1.0 / (1L << 53));

    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
