using Deep.Hub;

namespace Deep.Tests.Hub;

/// <summary>A hub on loopback and an empty cache folder in front of it.</summary>
public sealed class HubFixture : IDisposable
{
    public HubFixture() => Options = new HubOptions
    {
        CacheFolder = Folder,
        Endpoint = Hub.Address,
        Time = Clock,
        StallTimeout = TimeSpan.FromSeconds(20),
    };

    public string Folder { get; } = Directory.CreateTempSubdirectory("deep-hub-").FullName;

    public LoopbackHub Hub { get; } = new();

    public ImpatientClock Clock { get; } = new();

    public ProgressList Progress { get; } = new();

    public HubOptions Options { get; set; }

    public string Repository => Path.Combine(Folder, "models--timm--tiny.test");

    public HubCache Cache => new(Options);

    public Task<string> FetchAsync(string file, string revision = "main", CancellationToken cancellation = default) =>
        Cache.ResolveAsync(new(LoopbackHub.Repository, revision), file, Progress, cancellation);

    public Task<HubException> FailAsync(string file, string revision = "main") =>
        Assert.ThrowsAsync<HubException>(() => FetchAsync(file, revision));

    /// <summary>Puts a file into the cache as another tool would have left it, with a link to a blob.</summary>
    public string Store(string commit, string file, byte[] content, string blob, string? branch = "main")
    {
        string pointer = Path.Combine(Repository, "snapshots", commit, file);
        Directory.CreateDirectory(Path.GetDirectoryName(pointer)!);
        Directory.CreateDirectory(Path.Combine(Repository, "blobs"));
        Directory.CreateDirectory(Path.Combine(Repository, "refs"));
        string target = Path.Combine(Repository, "blobs", blob);
        File.WriteAllBytes(target, content);
        File.CreateSymbolicLink(pointer, Path.GetRelativePath(Path.GetDirectoryName(pointer)!, target));
        if (branch is not null)
        {
            File.WriteAllText(Path.Combine(Repository, "refs", branch), commit);
        }

        return pointer;
    }

    public void Dispose()
    {
        Hub.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>Reports in the order they were made, on the thread that made them.</summary>
public sealed class ProgressList : IProgress<HubProgress>
{
    private readonly List<HubProgress> _reports = [];

    public Action<HubProgress>? Then { get; set; }

    /// <summary>Ends when a stage is reported.</summary>
    public Task Reaches(HubStage stage)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Then = report =>
        {
            if (report.Stage == stage)
            {
                reached.TrySetResult();
            }
        };
        return reached.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    public IReadOnlyList<HubProgress> Reports
    {
        get
        {
            lock (_reports)
            {
                return [.. _reports];
            }
        }
    }

    public void Report(HubProgress value)
    {
        lock (_reports)
        {
            _reports.Add(value);
        }

        Then?.Invoke(value);
    }
}

/// <summary>A clock on which every wait is over at once, and which remembers how long each should have been.</summary>
public sealed class ImpatientClock : TimeProvider
{
    private readonly List<TimeSpan> _waits = [];

    public static DateTimeOffset Now { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public IReadOnlyList<double> Seconds => [.. _waits.Select(wait => wait.TotalSeconds)];

    public override DateTimeOffset GetUtcNow() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _waits.Add(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
