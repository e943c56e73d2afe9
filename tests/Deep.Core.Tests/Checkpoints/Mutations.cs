using System.Diagnostics;
using Deep.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Checkpoints;

/// <summary>Damages files in a fixed, seeded way and opens and reads each of them.</summary>
internal static class Mutations
{
    private const long MaxOverhead = 64L << 20;
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(1);

    private static readonly ulong[] Awkward =
    [
        0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x100000000, 0x7FFFFFFFFFFFFFFF,
        0x8000000000000000, ulong.MaxValue,
    ];

    /// <summary>What came of the mutations.</summary>
    public sealed record Outcome(int Refused, int Read, TimeSpan Slowest, long MostAllocated);

    /// <summary>
    /// Opens <paramref name="count"/> mutations of the files; anything but a CheckpointException fails the test.
    /// </summary>
    public static Outcome Run(IReadOnlyList<byte[]> files, int count, int seed)
    {
        var (refused, read, slowest, most) = (0, 0, TimeSpan.Zero, 0L);
        for (var index = 0; index < count; index++)
        {
            var file = Mutate(files, new Random(HashCode(seed, index)));
            var before = GC.GetAllocatedBytesForCurrentThread();
            var clock = Stopwatch.StartNew();
            var accepted = TryRead(file);
            var time = clock.Elapsed;
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(
                allocated <= file.Length + MaxOverhead,
                $"mutation {index} of seed {seed}: {allocated} bytes for a file of {file.Length}");
            if (time > MaxTime)
            {
                // A busy machine may take the processor away for a while; a slow reader is slow again.
                clock.Restart();
                TryRead(file);
                time = clock.Elapsed;
                Assert.True(time <= MaxTime, $"mutation {index} of seed {seed}: {time}");
            }

            (refused, read) = accepted ? (refused, read + 1) : (refused + 1, read);
            (slowest, most) = (time > slowest ? time : slowest, Math.Max(most, allocated));
        }

        return new Outcome(refused, read, slowest, most);
    }

    private static bool TryRead(byte[] file)
    {
        try
        {
            using var scope = NewDisposeScope();
            using var checkpoint = Checkpoint.Open(file, "mutation");
            foreach (var name in checkpoint.Tensors.Keys)
            {
                try
                {
                    using var tensor = checkpoint.Read(name);
                }
                catch (CheckpointException error) when (error.Reason.Contains("TorchSharp does not have"))
                {
                    // A type that cannot be read is no damage; the others must still be readable.
                }
            }

            return true;
        }
        catch (CheckpointException)
        {
            return false;
        }
    }

    private static int HashCode(int seed, int index) => unchecked((seed * 1_000_003) + index);

    private static byte[] Mutate(IReadOnlyList<byte[]> files, Random random)
    {
        var bytes = new List<byte>(files[random.Next(files.Count)]);
        for (var changes = random.Next(1, 5); changes > 0 && bytes.Count > 0; changes--)
        {
            Change(bytes, files, random);
        }

        return [.. bytes];
    }

    private static void Change(List<byte> bytes, IReadOnlyList<byte[]> files, Random random)
    {
        var at = random.Next(bytes.Count);
        switch (random.Next(8))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.Insert(at, (byte)random.Next(256));
                break;
            case 3:
                bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
                break;
            case 4:
                bytes.RemoveRange(at, random.Next(8) == 0 ? bytes.Count - at : 1);
                break;
            case 5:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 65), bytes.Count - at)));
                break;
            case 6:
                var number = BitConverter.GetBytes(Awkward[random.Next(Awkward.Length)]);
                Overwrite(bytes, at, number.AsSpan(0, 1 << random.Next(4)));
                break;
            default:
                var other = files[random.Next(files.Count)];
                var start = random.Next(other.Length);
                Overwrite(bytes, at, other.AsSpan(start, Math.Min(random.Next(1, 33), other.Length - start)));
                break;
        }
    }

    private static void Overwrite(List<byte> bytes, int at, ReadOnlySpan<byte> with)
    {
        for (var index = 0; index < with.Length && at + index < bytes.Count; index++)
        {
            bytes[at + index] = with[index];
        }
    }
}
