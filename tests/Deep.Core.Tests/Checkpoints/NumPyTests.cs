using System.Text;
using Deep.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Checkpoints;

/// <summary>The headers of .npy files, right and wrong, and archives of them.</summary>
public sealed class NumPyTests : CheckpointTest
{
    public static TheoryData<string, string> WrongHeaders => new()
    {
        { "", "'{'" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)", "'}'" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } x", "exactly" },
        { "{'descr': '<f4', 'fortran_order': False, }", "exactly" },
        { "{'descr': '<f4', 'shape': (2,), }", "exactly" },
        { "{'fortran_order': False, 'shape': (2,), }", "exactly" },
        { "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "twice" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 1, }", "unknown" },
        { "{'descr': '<q9', 'fortran_order': False, 'shape': (2,), }", "unknown element type" },
        { "{'descr': '<<f4', 'fortran_order': False, 'shape': (2,), }", "unknown element type" },
        { "{'descr': '', 'fortran_order': False, 'shape': (2,), }", "unknown element type" },
        { "{'descr': '\\x3cf4', 'fortran_order': False, 'shape': (2,), }", "escaped" },
        { "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,), }", "neither True nor False" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': 2, }", "'('" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", "whole number" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (2.0,), }", "'" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "whole number" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 8), }", "overflows" },
        { "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", "needs 16 bytes" },
        { "{'descr': '<f2', 'fortran_order': False, 'shape': (2,), }", "needs 4 bytes" },
        { "{'descr': __import__('os'), 'fortran_order': False, 'shape': (2,), }", "string" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (" + string.Join(',', new int[65]) + "), }", "64 axes" },
        { "{'descr': " + new string('[', 100) + ", 'fortran_order': False, 'shape': (2,), }", "fields" },
    };

    [Theory]
    [MemberData(nameof(WrongHeaders))]
    public void A_wrong_header_is_refused_with_its_reason(string header, string reason)
    {
        var error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(Npy(header), "memory"));
        Assert.Contains(reason, error.Reason);
        Assert.Equal("array", error.Tensor);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }")]
    [InlineData("{\"shape\": (2,), \"descr\": \"<f4\", \"fortran_order\": True}")]
    [InlineData("  { 'descr' :'<f4','fortran_order':False,'shape':( 2L , )}\n")]
    [InlineData("{'descr': '=f4', 'fortran_order': False, 'shape': (2, 1), }")]
    public void A_right_header_is_read_however_it_is_spaced(string header)
    {
        using var scope = NewDisposeScope();
        using var file = Checkpoint.Open(Npy(header), "memory");
        Assert.Equal(2, file.Read("array").numel());
    }

    [Fact]
    public void Versions_and_lengths_that_lie_are_refused()
    {
        var good = Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }");
        foreach (var (at, value) in new[] { (6, 0), (6, 4), (7, 1), (8, 255), (9, 255) })
        {
            var bad = good.ToArray();
            bad[at] = (byte)value;
            Assert.Throws<CheckpointException>(() => Checkpoint.Open(bad, "memory"));
        }

        for (var length = 0; length < good.Length; length++)
        {
            Assert.Throws<CheckpointException>(() => Checkpoint.Open(good.AsMemory(0, length), "memory"));
        }
    }

    [Fact]
    public void A_compressed_archive_that_lies_about_its_size_is_refused()
    {
        using var scope = NewDisposeScope();
        var big = Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000,), }", new byte[4_000_000]);
        var bomb = TorchArchive.Zip(System.IO.Compression.CompressionLevel.Optimal, ("a.npy", big));
        using (var file = Checkpoint.Open(bomb, "memory"))
        {
            Assert.Equal(1_000_000, file.Read("a").numel());
        }

        var limits = new CheckpointLimits { MaxInflatedBytes = 3_999_999 };
        Assert.Contains("MaxInflatedBytes", Assert.Throws<CheckpointException>(
            () => Checkpoint.Open(bomb, "memory", limits)).Reason);
        var damaged = bomb.ToArray();
        damaged.AsSpan(bomb.Length / 2, 20).Fill(0xFF);
        Assert.Throws<CheckpointException>(() =>
        {
            using var file = Checkpoint.Open(damaged, "memory");
            file.Read("a");
        });
    }

    [Fact]
    public void Entries_that_are_no_arrays_are_passed_over()
    {
        var array = Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }");
        using var file = Checkpoint.Open(TorchArchive.Zip(("readme.txt", [1]), ("folder/a.npy", array)), "memory");
        Assert.Equal(["folder/a"], file.Tensors.Keys);
    }

    private static byte[] Npy(string header, byte[]? values = null) =>
        [0x93, .. "NUMPY\x1\0"u8, (byte)header.Length, (byte)(header.Length >> 8),
            .. Encoding.Latin1.GetBytes(header), .. values ?? new byte[8]];
}
