namespace Deep.Training;

/// <summary>A counter-based source of random numbers: what it draws depends on its keys and on nothing else.</summary>
/// <remarks>
/// SplitMix64 (Steele, Lea and Flood, 2014) over a state that is hashed from the seed and the keys. Two states with the
/// same keys draw the same numbers on every machine, so a sample's augmentation can be a function of (seed, sample,
/// epoch, copy) whatever the number of workers or the place where a run was resumed. Not for cryptography. One state
/// belongs to one thread.
/// </remarks>
public sealed class RandomState
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private ulong _state;

    /// <summary>The state of a seed and of any number of keys, such as epoch, sample and copy.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="keys">What the draws belong to; their order matters.</param>
    public RandomState(ulong seed, params ReadOnlySpan<ulong> keys)
    {
        _state = Mix(seed + Golden);
        foreach (var key in keys)
        {
            _state = Mix(_state ^ Mix(key + Golden));
        }
    }

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64() => Mix(_state += Golden);

    /// <summary>A number in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A whole number in [0, <paramref name="bound"/>), each equally likely.</summary>
    /// <param name="bound">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is below 1.</exception>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        return (int)Math.BigMul(NextUInt64(), (ulong)bound, out _);
    }

    /// <summary>True with the given probability.</summary>
    /// <param name="probability">0 (never) to 1 (always).</param>
    public bool NextBoolean(double probability = 0.5) => NextDouble() < probability;

    /// <summary>A draw of the standard normal distribution (Box-Muller).</summary>
    public double NextNormal() =>
        Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>A draw of the Beta distribution, as the ratio of two gamma draws.</summary>
    /// <param name="alpha">First shape, above 0; mixup uses 0.2, cutmix 1.</param>
    /// <param name="beta">Second shape, above 0.</param>
    /// <returns>A number in [0, 1].</returns>
    /// <exception cref="ArgumentOutOfRangeException">A shape is not above 0.</exception>
    public double NextBeta(double alpha, double beta)
    {
        var a = NextGamma(alpha);
        var b = NextGamma(beta);
        return a + b > 0 ? a / (a + b) : 0.5;
    }

    /// <summary>A draw of the gamma distribution with scale 1 (Marsaglia and Tsang, 2000).</summary>
    /// <param name="shape">Above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="shape"/> is not above 0.</exception>
    public double NextGamma(double shape)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shape);
        if (shape < 1)
        {
            return NextGamma(shape + 1) * Math.Pow(1 - NextDouble(), 1 / shape);
        }

        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = NextNormal();
            var v = 1 + (c * x);
            if (v > 0)
            {
                v = v * v * v;
                if (Math.Log(1 - NextDouble()) < (0.5 * x * x) + (d * (1 - v + Math.Log(v))))
                {
                    return d * v;
                }
            }
        }
    }

    /// <summary>Puts the items into a random order in place, each order equally likely (Fisher-Yates).</summary>
    /// <param name="items">The items.</param>
    public void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = NextInt32(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
