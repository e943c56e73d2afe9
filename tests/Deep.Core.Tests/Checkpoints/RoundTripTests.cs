using CsCheck;
using Deep.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Checkpoints;

/// <summary>Every format gives back what it was given, bit for bit.</summary>
public sealed class RoundTripTests : CheckpointTest
{
    private static readonly string[] Extensions = [".safetensors", ".pth", ".pt", ".bin", ".npz", ".pkl", ".pickle"];

    public static TheoryData<string, ScalarType> Cases()
    {
        var cases = new TheoryData<string, ScalarType>();
        foreach (var extension in new[] { ".safetensors", ".pth", ".npz", ".pkl" })
        {
            foreach (var type in Samples.Types)
            {
                cases.Add(extension, type);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Tensors_of_every_type_and_shape_come_back_bit_for_bit(string extension, ScalarType type)
    {
        var path = At("t" + extension);
        if (Lacks(extension, type))
        {
            using var lone = zeros(1, dtype: type);
            var error = Assert.Throws<CheckpointException>(
                () => Checkpoint.Save(path, new Dictionary<string, Tensor> { ["t"] = lone }));
            Assert.Equal("t", error.Tensor);
            Assert.False(File.Exists(path));
            return;
        }

        Gen.Long[0, 4].Array[0, 4].Sample(
            shape =>
            {
                using var scope = NewDisposeScope();
                var tensors = new Dictionary<string, Tensor>
                {
                    ["a"] = Samples.Tensor(type, shape, 1),
                    ["module/~/x.ü"] = Samples.Tensor(type, [3], 2),
                    ["module/~/y"] = Samples.Tensor(type, [2, 3], 3).t(),
                };
                Checkpoint.Save(path, tensors);
                using var file = Checkpoint.Open(path);
                Assert.Equal(3, file.Tensors.Count);
                foreach (var (name, tensor) in tensors)
                {
                    Samples.AssertSameBits(tensor.contiguous(), file.Read(name));
                }
            },
            iter: 8,
            threads: 1,
            seed: "0000KOIPe036");
    }

    [Fact]
    public void Every_extension_chooses_a_format_and_an_unknown_one_is_refused()
    {
        using var value = ones(2);
        var tensors = new Dictionary<string, Tensor> { ["t"] = value };
        foreach (var extension in Extensions)
        {
            Checkpoint.Save(At("e" + extension), tensors);
            using var file = Checkpoint.Open(At("e" + extension));
            Assert.Equal(["t"], file.Tensors.Keys);
        }

        Assert.Contains(".h5", Assert.Throws<CheckpointException>(() => Checkpoint.Save(At("e.h5"), tensors)).Reason);
        Assert.Contains("''", Assert.Throws<CheckpointException>(() => Checkpoint.Save(At("e"), tensors)).Reason);
    }

    [Fact]
    public void The_content_decides_and_not_the_extension()
    {
        using var value = ones(2);
        var tensors = new Dictionary<string, Tensor> { ["m/t"] = value };
        foreach (var format in Enum.GetValues<CheckpointFormat>())
        {
            Checkpoint.Save(At("any.npz"), tensors, format: format);
            using var file = Checkpoint.Open(At("any.npz"));
            Assert.Equal(["m/t"], file.Tensors.Keys);
        }
    }

    [Theory]
    [InlineData(".safetensors")]
    [InlineData(".pth")]
    public void Metadata_comes_back_where_the_format_has_a_place_for_it(string extension)
    {
        using var value = ones(2);
        var metadata = new Dictionary<string, string> { ["labels"] = "[\"chat\",\"žába\"]", ["leer"] = "" };
        Checkpoint.Save(At("m" + extension), new Dictionary<string, Tensor> { ["t"] = value }, metadata);
        using var file = Checkpoint.Open(At("m" + extension));
        Assert.Equal(metadata.OrderBy(pair => pair.Key), file.Metadata.OrderBy(pair => pair.Key));
    }

    [Theory]
    [InlineData(".npz")]
    [InlineData(".pkl")]
    public void Metadata_is_refused_where_the_format_has_no_place_for_it(string extension)
    {
        using var value = ones(2);
        var metadata = new Dictionary<string, string> { ["a"] = "b" };
        var tensors = new Dictionary<string, Tensor> { ["t"] = value };
        Assert.Contains("metadata", Assert.Throws<CheckpointException>(
            () => Checkpoint.Save(At("m" + extension), tensors, metadata)).Reason);
    }

    [Fact]
    public void The_same_tensors_give_the_same_bytes()
    {
        using var value = ones(2);
        foreach (var extension in Extensions)
        {
            Checkpoint.Save(At("1" + extension), new Dictionary<string, Tensor> { ["t"] = value });
            Checkpoint.Save(At("2" + extension), new Dictionary<string, Tensor> { ["t"] = value });
            Assert.Equal(File.ReadAllBytes(At("1" + extension)), File.ReadAllBytes(At("2" + extension)));
        }
    }

    [Fact]
    public void Many_threads_read_one_file_at_once()
    {
        using var scope = NewDisposeScope();
        foreach (var extension in new[] { ".safetensors", ".pth", ".npz", ".pkl" })
        {
            var values = Enumerable.Range(0, 8).Select(i => Samples.Tensor(ScalarType.Float32, [30_000], i)).ToArray();
            var tensors = values.Index().ToDictionary(pair => $"m/{pair.Index}", pair => pair.Item);
            Checkpoint.Save(At("p" + extension), tensors);
            var expected = values.Select(tensor => tensor.bytes.ToArray()).ToArray();
            using var file = Checkpoint.Open(At("p" + extension));
            Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            {
                using var read = file.Read($"m/{i % 8}");
                Assert.True(read.bytes.SequenceEqual(expected[i % 8]));
            });
        }
    }

    [Fact]
    public void A_disposed_checkpoint_says_so()
    {
        using var value = ones(2);
        Checkpoint.Save(At("d.safetensors"), new Dictionary<string, Tensor> { ["t"] = value });
        var file = Checkpoint.Open(At("d.safetensors"));
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Read("t"));
    }

    [Fact]
    public void Files_that_are_no_checkpoints_are_refused_by_what_they_are()
    {
        foreach (var (content, reason) in new (byte[], string)[]
        {
            ([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0], "gzip"),
            ([0x89, .. "HDF\r\n\x1a\n"u8], "HDF5"),
            ("GGUF\x3\0\0\0"u8.ToArray(), "GGUF"),
            ("<!DOCTYPE html><html>"u8.ToArray(), "HTML"),
            ("version https://git-lfs.github.com/spec/v1\n"u8.ToArray(), "Git LFS"),
        })
        {
            File.WriteAllBytes(At("x.safetensors"), content);
            Assert.Contains(
                reason, Assert.Throws<CheckpointException>(() => Checkpoint.Open(At("x.safetensors"))).Message);
        }

        Assert.Contains("no such file", Assert.Throws<CheckpointException>(() => Checkpoint.Open(At("none"))).Reason);
        Assert.Contains("folder", Assert.Throws<CheckpointException>(
            () => Checkpoint.Open(Path.GetDirectoryName(At("x"))!)).Reason);
    }

    private static bool Lacks(string extension, ScalarType type) => (extension, type) switch
    {
        (".safetensors", ScalarType.ComplexFloat64) => true,
        (".npz" or ".pkl", ScalarType.BFloat16) => true,
        _ => false,
    };
}
