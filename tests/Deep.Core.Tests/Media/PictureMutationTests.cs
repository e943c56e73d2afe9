using System.Diagnostics;
using Deep.Media;
using Xunit.Abstractions;

namespace Deep.Tests.Media;

/// <summary>
/// Seeded damage to small files of every format: a picture or a <see cref="MediaException"/>, nothing else.
/// </summary>
public class PictureMutationTests(ITestOutputHelper output)
{
    private const int MutationsPerFile = 1_300;
    private const long MemoryAllowed = 64L << 20;

    // Damage may declare any size and still decode (a GIF's screen, a lossless WebP of one colour), so the limit bounds
    // the cost: 7 bytes a pixel.
    private static readonly MediaLimits s_limits = new() { MaxPixels = 1 << 20 };

    public static TheoryData<string> Samples() => new(PictureFiles.SampleNames);

    [Theory]
    [MemberData(nameof(Samples))]
    public void Damaged_file_gives_a_picture_or_a_typed_error_within_a_second(string name)
    {
        var encoded = PictureFiles.Sample(name);
        var random = new Random(name.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter)));
        int opened = 0, refused = 0;
        double slowest = 0;
        var memory = PeakMemory.Start();
        for (var n = 0; n < MutationsPerFile; n++)
        {
            var damaged = Mutate(encoded, random);
            var seconds = Open(damaged, out var picture);
            if (seconds > 1)
            {
                // On a busy machine the first try may have waited for others.
                seconds = Open(damaged, out picture);
            }

            PeakMemory.CollectEvery(100, n);
            slowest = Math.Max(slowest, seconds);
            opened += picture is null ? 0 : 1;
            refused += picture is null ? 1 : 0;
        }

        var grown = memory.Growth();
        output.WriteLine(
            $"{name}: {opened} opened, {refused} refused, at most {slowest * 1000:F1} ms, {grown >> 20} MiB");
        Assert.InRange(grown, 0, MemoryAllowed);
        Assert.InRange(slowest, 0, 1);
        Assert.InRange(refused, MutationsPerFile / 20, MutationsPerFile);
    }

    private static double Open(byte[] damaged, out Picture? picture)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            picture = Picture.Open(damaged, s_limits);
            Assert.Equal(picture.Width * picture.Height * 3, picture.Pixels.Length);
        }
        catch (MediaException)
        {
            picture = null;
        }

        return watch.Elapsed.TotalSeconds;
    }

    private static byte[] Mutate(byte[] encoded, Random random)
    {
        var damaged = encoded.ToArray();

        // Headers are short and what they say is dangerous, so most of the damage goes there.
        var reach = random.Next(4) == 0 ? damaged.Length : Math.Min(damaged.Length, 64);
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var at = random.Next(reach);
            damaged[at] = random.Next(4) switch
            {
                0 => (byte)random.Next(256),
                1 => (byte)(damaged[at] ^ (1 << random.Next(8))),
                2 => 0xFF,
                _ => 0,
            };
        }

        damaged = random.Next(8) switch
        {
            0 => damaged[..random.Next(damaged.Length)],
            1 => [.. damaged[..random.Next(damaged.Length)], .. damaged[random.Next(damaged.Length)..]],
            _ => damaged,
        };
        if (random.Next(2) == 0 && damaged.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x89, 0x50]))
        {
            PictureFiles.RepairChecksums(damaged);
        }

        return damaged;
    }
}
