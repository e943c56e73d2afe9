using Deep.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Checkpoints;

/// <summary>A file is there as a whole, new or old, whatever happens while it is written.</summary>
public sealed class AtomicFileTests : CheckpointTest
{
    [Fact]
    public void A_new_file_is_written_and_an_old_one_replaced()
    {
        AtomicFile.Write(At("f"), stream => stream.Write("one"u8));
        Assert.Equal("one", File.ReadAllText(At("f")));
        AtomicFile.Write(At("f"), stream => stream.Write("2"u8));
        Assert.Equal("2", File.ReadAllText(At("f")));
        Assert.Equal([At("f")], Files());
    }

    [Fact]
    public void A_writer_that_fails_leaves_the_old_file_and_nothing_else()
    {
        File.WriteAllText(At("f"), "old");
        Assert.Throws<IOException>(() => AtomicFile.Write(At("f"), stream =>
        {
            stream.Write(new byte[100_000]);
            throw new IOException("No space left on device");
        }));
        Assert.Equal("old", File.ReadAllText(At("f")));
        Assert.Equal([At("f")], Files());
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_leaves_the_old_one()
    {
        using var scope = NewDisposeScope();
        Checkpoint.Save(At("f.npz"), new Dictionary<string, Tensor> { ["a"] = ones(2) });
        var before = File.ReadAllBytes(At("f.npz"));
        var wrong = new Dictionary<string, Tensor> { ["a"] = ones(2), ["b"] = ones(2, dtype: ScalarType.BFloat16) };
        Assert.Throws<CheckpointException>(() => Checkpoint.Save(At("f.npz"), wrong));
        Assert.Equal(before, File.ReadAllBytes(At("f.npz")));
        Assert.Equal([At("f.npz")], Files());
    }

    [Theory]
    [InlineData("žluťoučký kůň 模型 🐈.safetensors")]
    [InlineData(" leading and trailing ")]
    [InlineData("%41$HOME;'\"")]
    public void Any_name_that_the_file_system_takes_is_taken(string name)
    {
        AtomicFile.Write(At(name), stream => stream.Write("x"u8));
        Assert.Equal([At(name)], Files());
    }

    [Fact]
    public void The_longest_name_is_taken()
    {
        var name = new string('n', 255);
        AtomicFile.Write(At(name), stream => stream.Write("x"u8));
        Assert.Equal([At(name)], Files());
    }

    [Fact]
    public void A_folder_that_is_missing_or_is_the_target_gives_an_error_and_changes_nothing()
    {
        Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Write(At("none/f"), _ => { }));
        Directory.CreateDirectory(At("folder"));
        Assert.ThrowsAny<SystemException>(() => AtomicFile.Write(At("folder"), _ => { }));
        Assert.Empty(Files());
    }

    [Fact]
    public void A_folder_that_may_not_be_written_gives_an_error()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            // Nothing is read-only for the administrator but the kernel's own folders.
            if (Directory.Exists("/proc/self"))
            {
                Assert.ThrowsAny<SystemException>(() => AtomicFile.Write("/proc/self/deep", _ => { }));
            }

            return;
        }

        Directory.CreateDirectory(At("locked"));
        File.SetUnixFileMode(At("locked"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Throws<UnauthorizedAccessException>(() => AtomicFile.Write(At("locked/f"), _ => { }));
    }

    [Fact]
    public void Of_many_writers_one_wins_as_a_whole()
    {
        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => AtomicFile.Write(At("f"), stream =>
        {
            for (var part = 0; part < 10; part++)
            {
                stream.Write(Enumerable.Repeat((byte)i, 1000).ToArray());
            }
        }));
        var content = File.ReadAllBytes(At("f"));
        Assert.Equal(10_000, content.Length);
        Assert.False(content.AsSpan().ContainsAnyExcept(content[0]));
        Assert.Equal([At("f")], Files());
    }

    [Fact]
    public async Task A_full_disk_leaves_the_old_file_and_nothing_else()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.WriteAllText(At("f"), "old");
        using var child = ChildProcess.WriteOnce(At("f"), limit: 1024);
        var output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        Assert.True(child.ExitCode == 7, $"exit code {child.ExitCode}: {output}");
        Assert.Equal("old", File.ReadAllText(At("f")));
        Assert.Equal([At("f")], Files());
    }

    [Fact]
    public async Task A_killed_writer_leaves_a_whole_file()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var random = new Random(1);
        for (var kill = 0; kill < 5; kill++)
        {
            using var child = ChildProcess.WriteForever(At("f"));
            Assert.Equal("written", await child.StandardOutput.ReadLineAsync());
            await Task.Delay(random.Next(100));
            child.Kill();
            await child.WaitForExitAsync();
            Assert.True(ChildProcess.IsWhole(await File.ReadAllBytesAsync(At("f"))));
        }
    }

    private string[] Files() => Directory.GetFiles(Path.GetDirectoryName(At("f"))!);
}
