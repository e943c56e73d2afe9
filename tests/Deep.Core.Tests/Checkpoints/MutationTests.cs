using Deep.Checkpoints;
using TorchSharp;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace Deep.Tests.Checkpoints;

/// <summary>
/// 20,000 damaged files of each format: a typed error or tensors, within a second, in little memory, with no tensor
/// left.
/// </summary>
public sealed class MutationTests(ITestOutputHelper output) : CheckpointTest
{
    private const int Count = 20_000;

    [Fact]
    public void Damaged_safetensors_are_read_or_refused()
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>
        {
            ["stem.conv1.weight"] = arange(12).reshape(3, 4),
            ["gain"] = ones(3),
            ["steps"] = tensor(7L),
        };
        Checkpoint.Save(At("seed.safetensors"), tensors, new Dictionary<string, string> { ["format"] = "pt" });
        Run([File.ReadAllBytes(At("seed.safetensors"))], seed: 1);
    }

    [Fact]
    public void Damaged_PyTorch_archives_are_read_or_refused() =>
        Run([.. References("torch_*").Append(OwnFile(".pth")), .. PicklesOf(References("torch_*"))], seed: 2);

    [Fact]
    public void Damaged_NumPy_files_are_read_or_refused() =>
        Run([.. References("numpy_*").Append(OwnFile(".npz"))], seed: 3);

    [Fact]
    public void Damaged_Haiku_pickles_are_read_or_refused() =>
        Run([.. References("haiku_*.pkl").Append(OwnFile(".pkl"))], seed: 4);

    private void Run(IReadOnlyList<byte[]> files, int seed)
    {
        var outcome = Mutations.Run(files, Count, seed);
        output.WriteLine($"{Count} mutations of {files.Count} files: {outcome}");
        Assert.Equal(Count, outcome.Refused + outcome.Read);
        Assert.InRange(outcome.Refused, Count / 10, Count - (Count / 100));
    }

    private byte[] OwnFile(string extension)
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>
        {
            ["m/w"] = arange(6).reshape(2, 3),
            ["m/b"] = ones(2, dtype: ScalarType.Float16),
        };
        Checkpoint.Save(At("own" + extension), tensors);
        return File.ReadAllBytes(At("own" + extension));
    }

    private static IEnumerable<byte[]> References(string pattern) => Directory
        .GetFiles(Path.Combine(SharedData.Repository, "tests", "Corpus", "reference"), pattern)
        .Order(StringComparer.Ordinal)
        .Select(File.ReadAllBytes);

    /// <summary>
    /// Archives that are nearly all pickle, so that most mutations meet the unpickler and not padding or names.
    /// </summary>
    private static IEnumerable<byte[]> PicklesOf(IEnumerable<byte[]> archives)
    {
        foreach (var archive in archives)
        {
            using var zip = new System.IO.Compression.ZipArchive(new MemoryStream(archive));
            var entries = zip.Entries.Where(entry => entry.FullName.Contains("/data")).Select(entry =>
            {
                using var content = new MemoryStream();
                using var stream = entry.Open();
                stream.CopyTo(content);
                return ("a" + entry.FullName[entry.FullName.IndexOf('/')..], content.ToArray());
            });
            yield return TorchArchive.Zip([.. entries]);
        }
    }
}
