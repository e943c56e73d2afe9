using Deep.Media;

namespace Deep.Training;

/// <summary>The pictures that could not be read, each counted and told of once, and who takes their places.</summary>
internal sealed class UnreadablePictures(IPictureSource pictures, ulong seed, int limit)
{
    private const int Attempts = 100;
    private readonly int _limit = limit >= 0
        ? limit
        : throw new ConfigurationException("PictureBatchOptions.UnreadablePictures", "0 or more", limit);

    private readonly Lock _counting = new();
    private readonly SortedDictionary<int, MediaException> _errors = [];
    private List<TrainingEvent> _events = [];

    public IReadOnlyList<MediaException> Errors
    {
        get
        {
            lock (_counting)
            {
                return [.. _errors.Values];
            }
        }
    }

    public IReadOnlyList<TrainingEvent> TakeEvents()
    {
        lock (_counting)
        {
            var taken = _events;
            _events = _events.Count == 0 ? _events : [];
            return taken;
        }
    }

    /// <summary>The picture to try in the place of one that cannot be read.</summary>
    /// <param name="unreadable">The picture that was tried last.</param>
    /// <param name="picture">The picture whose place it is.</param>
    /// <param name="step">The step, for the event.</param>
    /// <param name="epoch">The epoch, from which the draw comes.</param>
    /// <param name="attempt">How many others were tried before.</param>
    /// <param name="error">Why it cannot be read.</param>
    /// <exception cref="TrainingException">More pictures are unreadable than may be.</exception>
    public int Replace(int unreadable, int picture, long step, long epoch, int attempt, MediaException error)
    {
        lock (_counting)
        {
            if (_errors.TryAdd(unreadable, error))
            {
                _events.Add(new TrainingEvent(
                    TrainingEventKind.UnreadablePicture, step,
                    $"{error.Message} Another picture takes its place ({_errors.Count} of at most {_limit}).",
                    pictures.NameOf(unreadable)));
            }

            if (_errors.Count > _limit || attempt == Attempts)
            {
                var stopped = _errors.Count > _limit
                    ? $"{_errors.Count} pictures are unreadable and {_limit} may be"
                    : $"none of {Attempts} pictures drawn in the place of {pictures.NameOf(picture)} can be read";
                throw new TrainingException(
                    $"Training stopped: {stopped} (PictureBatchOptions.UnreadablePictures). The last is {error.Message}",
                    error);
            }
        }

        return new RandomState(
            seed, (ulong)RandomStream.Replacement, (ulong)picture, (ulong)epoch, (ulong)attempt).NextInt32(pictures.Count);
    }
}
