using Deep.Checkpoints;

namespace Deep.Tests.Checkpoints;

/// <summary>A folder is there with all its files or not at all.</summary>
public sealed class AtomicFolderTests : CheckpointTest
{
    [Fact]
    public void A_folder_appears_with_all_its_files()
    {
        AtomicFolder.Create(At("run"), folder =>
        {
            File.WriteAllText(Path.Combine(folder, "a"), "1");
            File.WriteAllText(Path.Combine(folder, "b"), "2");
            Assert.False(Directory.Exists(At("run")));
        });
        Assert.Equal(["a", "b"], Directory.GetFiles(At("run")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        AtomicFolder.Delete(At("run"));
        AtomicFolder.Delete(At("run"));
        Assert.Empty(Directory.GetFileSystemEntries(At("")));
    }

    [Fact]
    public void A_writer_that_fails_leaves_nothing()
    {
        Assert.Throws<IOException>(() => AtomicFolder.Create(At("run"), folder =>
        {
            File.WriteAllText(Path.Combine(folder, "a"), "1");
            throw new IOException("No space left on device");
        }));
        Assert.Empty(Directory.GetFileSystemEntries(At("")));
    }

    [Fact]
    public void A_folder_that_is_there_stays_as_it_is()
    {
        AtomicFolder.Create(At("run"), folder => File.WriteAllText(Path.Combine(folder, "a"), "old"));
        Assert.Throws<IOException>(() => AtomicFolder.Create(At("run"), folder => File.WriteAllText(Path.Combine(folder, "a"), "new")));
        Assert.Equal("old", File.ReadAllText(Path.Combine(At("run"), "a")));
        Assert.Equal([At("run")], Directory.GetFileSystemEntries(At("")));
    }

    [Fact]
    public void A_missing_parent_is_named() => Assert.Contains(
        At("no"), Assert.Throws<DirectoryNotFoundException>(() => AtomicFolder.Create(Path.Combine(At("no"), "run"), _ => { })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_lock_has_one_holder_at_a_time()
    {
        using (var first = FileLock.TryTake(At("lock")))
        {
            Assert.NotNull(first);
            Assert.Null(FileLock.TryTake(At("lock")));
        }

        using var second = FileLock.TryTake(At("lock"));
        Assert.NotNull(second);
    }
}
