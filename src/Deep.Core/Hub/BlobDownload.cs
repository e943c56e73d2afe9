using System.Buffers;
using System.Net;

namespace Deep.Hub;

/// <summary>Brings one blob to disk: continues where an earlier attempt ended, and believes only the hash.</summary>
/// <remarks>
/// Nothing the server says about lengths is trusted: an attempt that ends early is continued, bytes beyond the promised
/// size are not read, and the content counts only when its hash is the one that names the blob.
/// </remarks>
internal sealed class BlobDownload
{
    private const int BufferBytes = 1 << 17;
    private const long ReportEvery = 1 << 20;

    private readonly HubClient _client;
    private readonly HubOptions _options;
    private readonly HubReference _reference;
    private readonly string _file;
    private readonly RemoteFile _remote;
    private readonly IProgress<HubProgress>? _progress;

    /// <param name="client">The hub.</param>
    /// <param name="options">Patience and attempts.</param>
    /// <param name="reference">The repository at a commit, so that a moving branch changes nothing.</param>
    /// <param name="file">The file's name in the repository.</param>
    /// <param name="remote">Its hash and size.</param>
    /// <param name="progress">Told about each mebibyte, or null.</param>
    internal BlobDownload(
        HubClient client,
        HubOptions options,
        HubReference reference,
        string file,
        RemoteFile remote,
        IProgress<HubProgress>? progress)
    {
        _client = client;
        _options = options;
        _reference = reference;
        _file = file;
        _remote = remote;
        _progress = progress;
    }

    /// <summary>Downloads into a partial file until it is complete and has the right hash.</summary>
    /// <exception cref="HubException">The network gives up first, or the content is wrong twice.</exception>
    internal async Task CompleteAsync(string partial, CancellationToken cancellation)
    {
        var stream = new FileStream(
            partial, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 0, FileOptions.Asynchronous);
        await using (stream.ConfigureAwait(false))
        {
            for (bool wrongBefore = false; ; wrongBefore = true)
            {
                await FillAsync(stream, cancellation).ConfigureAwait(false);
                Report(HubStage.Verifying, stream.Length);
                if (await _remote.Hash!.MatchesAsync(stream, cancellation).ConfigureAwait(false))
                {
                    stream.Flush(flushToDisk: true);
                    return;
                }

                stream.SetLength(0);
                if (wrongBefore)
                {
                    throw new HubException(
                        HubFailure.Damaged,
                        $"{_file} of {_reference} came twice with a content that does not have the hash "
                        + $"{_remote.Hash.Hex}; try again later, or another HF_ENDPOINT.");
                }
            }
        }
    }

    // Ends when the file has the promised size. Failures are counted from anew only when more than a hundredth has come
    // that had never come before, so a server that cuts each connection cannot keep this going for ever.
    private async Task FillAsync(FileStream stream, CancellationToken cancellation)
    {
        var retry = new RetrySchedule(_options, note => Report(HubStage.Retrying, stream.Length, note));
        long best = stream.Length;
        while (stream.Length != _remote.Bytes)
        {
            try
            {
                await AttemptAsync(stream, cancellation).ConfigureAwait(false);
            }
            catch (HubException failure)
            {
                if (stream.Length - best > _remote.Bytes / 100)
                {
                    best = stream.Length;
                    retry.Progressed();
                }

                await retry.PauseAsync(failure, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task AttemptAsync(FileStream stream, CancellationToken cancellation)
    {
        if (stream.Length > _remote.Bytes)
        {
            stream.SetLength(0);
        }

        using HttpResponseMessage response =
            await _client.OpenAsync(_reference, _file, stream.Length, cancellation).ConfigureAwait(false);
        bool continues = response.StatusCode == HttpStatusCode.PartialContent;
        if (continues && response.Content.Headers.ContentRange?.From != stream.Length)
        {
            stream.SetLength(0);
            throw Cut("the server sent another part than it was asked for");
        }

        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            stream.SetLength(0);
            throw Cut("the server refuses to continue, so the download begins again");
        }

        if (!continues)
        {
            stream.SetLength(0);
        }

        using Stream body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await CopyAsync(body, stream, cancellation).ConfigureAwait(false);
    }

    private async Task CopyAsync(Stream body, FileStream stream, CancellationToken cancellation)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            stream.Position = stream.Length;
            long done = stream.Length;
            long reported = done;
            Report(HubStage.Downloading, done);
            while (done < _remote.Bytes)
            {
                int wanted = (int)Math.Min(buffer.Length, _remote.Bytes - done);
                int count = await ReadAsync(body, buffer.AsMemory(0, wanted), cancellation).ConfigureAwait(false);
                if (count == 0)
                {
                    throw Cut($"the connection ended after {done} of {_remote.Bytes} bytes");
                }

                await stream.WriteAsync(buffer.AsMemory(0, count), cancellation).ConfigureAwait(false);
                done += count;
                if (done - reported >= ReportEvery || done == _remote.Bytes)
                {
                    reported = done;
                    Report(HubStage.Downloading, done);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_options.StallTimeout);
        try
        {
            return await body.ReadAsync(buffer, patience.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw Cut(error.Message.TrimEnd('.'), error);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw Cut($"no byte came in {_options.StallTimeout.TotalSeconds:0.#} s", error);
        }
    }

    private HubException Cut(string reason, Exception? error = null)
    {
        string message = $"The download of {_file} of {_reference} broke: {reason}.";
        return new HubException(HubFailure.Network, message, null, error) { IsTransient = true };
    }

    private void Report(HubStage stage, long bytes, string? note = null) =>
        _progress?.Report(new HubProgress(_file, stage, bytes, _remote.Bytes, note));
}
