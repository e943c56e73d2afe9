namespace Deep.Hub;

/// <summary>Finds the files of published models on this machine, and fetches them when they are asked for.</summary>
/// <remarks>
/// The cache is the one of the Hugging Face tools: what they fetched is found here and the other way round. Nothing
/// touches the network but the <c>Resolve</c> methods, and those only for what the cache does not hold.
/// Instances are immutable and may be used by many threads and processes on one folder.
/// </remarks>
public sealed class HubCache
{
    private readonly HubOptions _options;

    /// <summary>A cache with the given options.</summary>
    /// <param name="options">Folder, hub and patience; null means <see cref="HubOptions.FromEnvironment"/>.</param>
    /// <exception cref="ConfigurationException">An option, or an environment variable, is out of its range.</exception>
    public HubCache(HubOptions? options = null)
    {
        _options = options ?? HubOptions.FromEnvironment();
        _options.Validate();
    }

    /// <summary>A file that is in the cache; never uses the network.</summary>
    /// <param name="reference">The repository and revision.</param>
    /// <param name="fileName">The file's name in the repository, with <c>/</c> between folders.</param>
    /// <returns>The file's path, or null where the cache does not hold it.</returns>
    /// <exception cref="HubException">A name is not legal, or the cache cannot be read.</exception>
    public string? FindLocal(HubReference reference, string fileName)
    {
        RepositoryFolder folder = FolderOf(reference);
        HubNames.RequireFile(fileName);
        return InCache(
            () => folder.FindCommit(reference.Revision) is { } commit ? folder.FindFile(commit, fileName) : null);
    }

    /// <summary>A model whose weights are all in the cache; never uses the network.</summary>
    /// <param name="reference">The repository and revision.</param>
    /// <returns>The model's files, or null where a file of the weights is missing.</returns>
    /// <exception cref="HubException">A name is not legal, the cache cannot be read, an index is damaged.</exception>
    public HubModel? FindLocalModel(HubReference reference)
    {
        RepositoryFolder folder = FolderOf(reference);
        return InCache(() => folder.FindCommit(reference.Revision) is { } commit
            ? ModelFiles.FindLocal(reference with { Revision = commit }, FindLocal)
            : null);
    }

    /// <summary>A file from the cache, downloaded first where it is missing.</summary>
    /// <param name="reference">The repository and revision.</param>
    /// <param name="fileName">The file's name in the repository, with <c>/</c> between folders.</param>
    /// <param name="progress">Told about each stage and mebibyte, or null.</param>
    /// <param name="cancellation">Stops the download; what has come is kept and continued next time.</param>
    /// <returns>The file's path. The file belongs to the cache: do not write to it.</returns>
    /// <exception cref="HubException">What is missing or went wrong, where, and what to do.</exception>
    public async Task<string> ResolveAsync(
        HubReference reference,
        string fileName,
        IProgress<HubProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        using var client = new HubClient(_options);
        FetchedFile file = await FetchAsync(
            client, reference, fileName, _options.LargestFile, progress, cancellation).ConfigureAwait(false);
        return file.Path ?? throw new HubException(
            HubFailure.NotFound, $"{reference} has no file {fileName}: check the file's name.", 404);
    }

    /// <summary>As <see cref="ResolveAsync"/>, holding the calling thread.</summary>
    /// <inheritdoc cref="ResolveAsync"/>
    public string Resolve(
        HubReference reference,
        string fileName,
        IProgress<HubProgress>? progress = null,
        CancellationToken cancellation = default) =>
        Hold(() => ResolveAsync(reference, fileName, progress, cancellation));

    /// <summary>A model's weights and configuration, all of one commit, downloaded first where missing.</summary>
    /// <remarks>
    /// The weights are the first of: <c>model.safetensors</c>, its sharded form, <c>pytorch_model.bin</c>, its sharded
    /// form. Weights that the cache holds already come before those that it does not.
    /// </remarks>
    /// <param name="reference">The repository and revision.</param>
    /// <param name="progress">Told about each stage and mebibyte, or null.</param>
    /// <param name="cancellation">Stops the download; what has come is kept and continued next time.</param>
    /// <returns>The paths of weights, shards and configuration.</returns>
    /// <exception cref="HubException">What is missing or went wrong, where, and what to do.</exception>
    public async Task<HubModel> ResolveModelAsync(
        HubReference reference, IProgress<HubProgress>? progress = null, CancellationToken cancellation = default)
    {
        string? known = _options.Refresh && !_options.Offline ? null : KnownWeights(reference);
        using var client = new HubClient(_options);
        var files = new ModelFiles((pinned, name, limit) =>
            FetchAsync(client, pinned, name, Math.Min(limit, _options.LargestFile), progress, cancellation));
        return await files.ResolveAsync(reference, known).ConfigureAwait(false);
    }

    /// <summary>As <see cref="ResolveModelAsync"/>, holding the calling thread.</summary>
    /// <inheritdoc cref="ResolveModelAsync"/>
    public HubModel ResolveModel(
        HubReference reference, IProgress<HubProgress>? progress = null, CancellationToken cancellation = default) =>
        Hold(() => ResolveModelAsync(reference, progress, cancellation));

    // On the thread pool, because a caller with a synchronization context would wait for itself.
    private static T Hold<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();

    // A damaged index is fetched like a missing one: that may heal it, and reports it otherwise.
    private string? KnownWeights(HubReference reference)
    {
        try
        {
            return Path.GetFileName(FindLocalModel(reference)?.Weights);
        }
        catch (HubException error) when (error.Failure == HubFailure.Damaged)
        {
            return null;
        }
    }

    private async Task<FetchedFile> FetchAsync(
        HubClient client,
        HubReference reference,
        string file,
        long limit,
        IProgress<HubProgress>? progress,
        CancellationToken cancellation)
    {
        RepositoryFolder folder = FolderOf(reference);
        HubNames.RequireFile(file);
        var fetch = new FileFetch(client, _options, folder, reference, file, limit, progress);
        try
        {
            return await fetch.RunAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unusable(error);
        }
    }

    private RepositoryFolder FolderOf(HubReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return new RepositoryFolder(_options.CacheFolder, HubNames.RequireReference(reference).Repository);
    }

    private T InCache<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unusable(error);
        }
    }

    private HubException Unusable(Exception error) => new(
        HubFailure.Storage,
        $"The cache folder {_options.CacheFolder} cannot be used: {error.Message.TrimEnd('.')}; "
        + "make room there or get the rights, or set HF_HUB_CACHE to another folder.",
        null,
        error);
}
