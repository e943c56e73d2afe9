using System.Diagnostics;
using Deep.Checkpoints;
using Deep.Hub;

namespace Deep.Tests.Hub;

public sealed class HubLockTests : IDisposable
{
    private readonly HubFixture _fixture = new();

    private LoopbackHub Hub => _fixture.Hub;

    public void Dispose() => _fixture.Dispose();

    private string LockOf(string file)
    {
        string folder = Path.Combine(_fixture.Folder, ".locks", "models--timm--tiny.test");
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, Hub.HashOf(file) + ".lock");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Many_tasks_that_want_one_file_download_it_once(bool symbolicLinks)
    {
        byte[] content = Hub.AddLarge("x", 100_000);
        Hub.OnGet = (_, _, honest) => honest with { Drip = TimeSpan.FromMilliseconds(20) };
        _fixture.Options = _fixture.Options with { SymbolicLinks = symbolicLinks };
        string[] paths = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _fixture.FetchAsync("x")));
        Assert.Single(paths.Distinct());
        Assert.Equal(content, File.ReadAllBytes(paths[0]));
        Assert.Single(Hub.Gets);
    }

    [Fact]
    public async Task Two_files_do_not_wait_for_each_other()
    {
        Hub.AddLarge("x", 100);
        Hub.AddLarge("y", 200);
        using FileLock held = await HubFileLock.AcquireAsync(LockOf("x"), () => { }, default);
        await _fixture.FetchAsync("y");
        Assert.DoesNotContain(_fixture.Progress.Reports, report => report.Stage == HubStage.Waiting);
    }

    [Fact]
    public async Task A_wait_is_reported_once_and_ends_with_the_lock()
    {
        Hub.AddLarge("x", 100);
        FileLock held = await HubFileLock.AcquireAsync(LockOf("x"), () => { }, default);
        Task waiting = _fixture.Progress.Reaches(HubStage.Waiting);
        Task<string> fetch = _fixture.FetchAsync("x");
        await waiting;
        await Task.Delay(200);   // long enough for the lock to be tried again
        Assert.False(fetch.IsCompleted);
        held.Dispose();
        await fetch;
        Assert.Single(_fixture.Progress.Reports, report => report.Stage == HubStage.Waiting);
    }

    [Fact]
    public async Task A_wait_can_be_cancelled()
    {
        Hub.AddLarge("x", 100);
        using FileLock held = await HubFileLock.AcquireAsync(LockOf("x"), () => { }, default);
        using var stop = new CancellationTokenSource();
        _fixture.Progress.Then = _ => stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _fixture.FetchAsync("x", cancellation: stop.Token));
        Assert.Empty(Hub.Gets);
    }

    [Fact]
    public async Task A_lock_that_cannot_be_made_is_an_error_and_not_a_wait()
    {
        Hub.AddLarge("x", 100);
        Directory.CreateDirectory(LockOf("x"));
        Assert.Equal(HubFailure.Storage, (await _fixture.FailAsync("x")).Failure);
    }

    [FlockFact]
    public async Task Another_process_that_holds_the_lock_is_waited_for()
    {
        Hub.AddLarge("x", 100);
        var start = new ProcessStartInfo("flock", ["--exclusive", LockOf("x"), "sh", "-c", "echo held; read line"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using Process other = Process.Start(start)!;
        Assert.Equal("held", await other.StandardOutput.ReadLineAsync());
        Task waiting = _fixture.Progress.Reaches(HubStage.Waiting);
        Task<string> fetch = _fixture.FetchAsync("x");
        await waiting;
        Assert.False(fetch.IsCompleted);
        await other.StandardInput.WriteLineAsync();
        await other.WaitForExitAsync();
        await fetch;
    }

    [FlockFact]
    public async Task Another_process_sees_that_this_one_holds_the_lock()
    {
        Hub.AddLarge("x", 100);
        using FileLock held = await HubFileLock.AcquireAsync(LockOf("x"), () => { }, default);
        using Process other = Process.Start("flock", ["--exclusive", "--nonblock", LockOf("x"), "true"]);
        await other.WaitForExitAsync();
        Assert.Equal(1, other.ExitCode);
    }

    /// <summary>A test that needs the <c>flock</c> command, which takes locks as the Python tools do.</summary>
    private sealed class FlockFactAttribute : FactAttribute
    {
        public FlockFactAttribute() => Skip = File.Exists("/usr/bin/flock") ? null : "no flock command on this machine";
    }
}
