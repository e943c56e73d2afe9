using Deep.Checkpoints;
namespace Deep.Hub;

/// <summary>One file on its way from a name to a path: cache, hub, lock, download, snapshot.</summary>
internal sealed class FileFetch
{
    private readonly HubClient _client;
    private readonly HubOptions _options;
    private readonly RepositoryFolder _folder;
    private readonly HubReference _reference;
    private readonly string _file;
    private readonly long _limit;
    private readonly IProgress<HubProgress>? _progress;

    internal FileFetch(
        HubClient client,
        HubOptions options,
        RepositoryFolder folder,
        HubReference reference,
        string file,
        long limit,
        IProgress<HubProgress>? progress)
    {
        _client = client;
        _options = options;
        _folder = folder;
        _reference = reference;
        _file = file;
        _limit = limit;
        _progress = progress;
    }

    /// <summary>The file's path, or none where the commit has no such file.</summary>
    internal async Task<FetchedFile> RunAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        string? commit = _folder.FindCommit(_reference.Revision);
        // A commit cannot move, so there is nothing to refresh.
        bool refresh = _options.Refresh && !_options.Offline && commit != _reference.Revision;
        bool cacheAnswers = commit is not null && !refresh;
        if (cacheAnswers && await FromCacheAsync(commit!, cancellation).ConfigureAwait(false) is { } cached)
        {
            return cached;
        }

        if (_options.Offline)
        {
            throw new HubException(
                HubFailure.Offline,
                $"{_file} of {_reference} is not in the cache {_options.CacheFolder} and the network is switched off: "
                + "unset HF_HUB_OFFLINE, or copy the model's cache folder here.");
        }

        // Files of one model belong together: a branch whose commit is known here stays at it until it is refreshed.
        HubReference asked = cacheAnswers ? _reference with { Revision = commit! } : _reference;
        return await FromHubAsync(asked, cancellation).ConfigureAwait(false);
    }

    private async Task<FetchedFile?> FromCacheAsync(string commit, CancellationToken cancellation)
    {
        if (_folder.FindFile(commit, _file) is not { } path)
        {
            return _folder.IsKnownMissing(commit, _file) ? new FetchedFile(commit, null) : null;
        }

        if (!_options.VerifyCached || await IsIntactAsync(path, cancellation).ConfigureAwait(false))
        {
            return new FetchedFile(commit, path);
        }

        return _options.Offline
            ? throw new HubException(
                HubFailure.Damaged,
                $"{path} does not have the hash that its blob is named after: "
                + "delete it and fetch it again with the network switched on.")
            : null;
    }

    private async Task<FetchedFile> FromHubAsync(HubReference asked, CancellationToken cancellation)
    {
        RemoteFile remote = await DescribeAsync(asked, cancellation).ConfigureAwait(false);
        if (HubNames.IsCommit(asked.Revision) && asked.Revision != remote.Commit)
        {
            throw new HubException(
                HubFailure.Protocol,
                $"The hub answers for commit {remote.Commit} when asked for {asked}; check HF_ENDPOINT.");
        }

        _folder.RememberCommit(_reference.Revision, remote.Commit);
        if (remote.Hash is null)
        {
            _folder.RememberMissing(remote.Commit, _file);
            return new FetchedFile(remote.Commit, null);
        }

        if (remote.Bytes > _limit)
        {
            string advice = _limit == _options.LargestFile
                ? $"raise {nameof(HubOptions)}.{nameof(HubOptions.LargestFile)} if it is meant to"
                : "no such text is meant to";
            throw new HubException(
                HubFailure.TooLarge,
                $"{_file} of {_reference} has {remote.Bytes} bytes, more than the {_limit} allowed: {advice}.");
        }

        string path = await StoreAsync(remote, cancellation).ConfigureAwait(false);
        _progress?.Report(new HubProgress(_file, HubStage.Ready, remote.Bytes, remote.Bytes));
        return new FetchedFile(remote.Commit, path);
    }

    private async Task<string> StoreAsync(RemoteFile remote, CancellationToken cancellation)
    {
        BlobHash hash = remote.Hash!;
        using FileLock held = await HubFileLock.AcquireAsync(
            _folder.Lock(hash),
            () => _progress?.Report(new HubProgress(_file, HubStage.Waiting, 0, remote.Bytes)),
            cancellation).ConfigureAwait(false);

        // Whoever held the lock before may have done the work.
        string pointer = _folder.Snapshot(remote.Commit, _file);
        if (await IsWholeAsync(pointer, remote, cancellation).ConfigureAwait(false))
        {
            return pointer;
        }

        string blob = _folder.Blob(hash);
        if (!await IsWholeAsync(blob, remote, cancellation).ConfigureAwait(false))
        {
            string partial = _folder.Partial(hash);
            Directory.CreateDirectory(Path.GetDirectoryName(partial)!);
            HubReference pinned = _reference with { Revision = remote.Commit };
            var download = new BlobDownload(_client, _options, pinned, _file, remote, _progress);
            await download.CompleteAsync(partial, cancellation).ConfigureAwait(false);
            File.Move(partial, blob, overwrite: true);
        }

        return _folder.Place(hash, remote.Commit, _file, _options.SymbolicLinks);
    }

    private async Task<RemoteFile> DescribeAsync(HubReference asked, CancellationToken cancellation)
    {
        var retry = new RetrySchedule(
            _options, note => _progress?.Report(new HubProgress(_file, HubStage.Retrying, 0, 0, note)));
        while (true)
        {
            try
            {
                return await _client.DescribeAsync(asked, _file, cancellation).ConfigureAwait(false);
            }
            catch (HubException failure)
            {
                await retry.PauseAsync(failure, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> IsWholeAsync(string path, RemoteFile remote, CancellationToken cancellation)
    {
        if (!RepositoryFolder.IsThere(path))
        {
            return false;
        }

        FileStream stream = OpenForHash(path);
        await using (stream.ConfigureAwait(false))
        {
            return stream.Length == remote.Bytes
                && (!_options.VerifyCached
                    || await remote.Hash!.MatchesAsync(stream, cancellation).ConfigureAwait(false));
        }
    }

    // Where snapshots are files of their own, nothing local says which hash they should have.
    private static async Task<bool> IsIntactAsync(string path, CancellationToken cancellation)
    {
        if (RepositoryFolder.PromisedHash(path) is not { } hash)
        {
            return true;
        }

        FileStream stream = OpenForHash(path);
        await using (stream.ConfigureAwait(false))
        {
            return await hash.MatchesAsync(stream, cancellation).ConfigureAwait(false);
        }
    }

    private static FileStream OpenForHash(string path) => new(
        path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0, FileOptions.Asynchronous);
}
