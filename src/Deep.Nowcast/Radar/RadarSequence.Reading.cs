using Deep.Media;

namespace Deep.Nowcast;

public sealed partial class RadarSequence
{
    /// <summary>Reads radar files of any known format into a sequence, sorted by the time that each states.</summary>
    /// <param name="files">The paths, in any order.</param>
    /// <param name="last">
    /// Only the last so many frames by time (only the headers of the others are read); null: all.
    /// </param>
    /// <param name="options">What to take, and what the files do not say.</param>
    /// <exception cref="MediaException">
    /// There are too few files, one cannot be read, two are of one time, one is missing between others, or one has
    /// another size or projection; the message names it.
    /// </exception>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public static RadarSequence Read(IEnumerable<string> files, int? last = null, RadarReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        options ??= RadarReadOptions.Default;
        options.Validate();
        if (last < 1)
        {
            throw new ConfigurationException(nameof(last), "at least 1, or null", last);
        }

        string[] paths = [.. files];
        if (last is { } count && count < paths.Length)
        {
            // Frames of one time stay in, so that they are reported and not left to chance.
            var timed = paths.Select(path => (Path: path, Time: RadarFile.TimeOf(path, options)))
                .OrderBy(file => file.Time).ToList();
            var first = timed[^count].Time;
            paths = [.. timed.Where(file => file.Time >= first).Select(file => file.Path)];
        }
        else if (last > paths.Length)
        {
            throw new MediaException("radar sequence", $"{last} frames are needed, but there are {paths.Length} files.");
        }

        return new RadarSequence(paths.Select(path => RadarFile.Read(path, options)), null, options);
    }

    /// <summary>Reads radar files into as many sequences as they make: a new one begins after every gap.</summary>
    /// <param name="files">The paths, in any order.</param>
    /// <param name="options">What to take, and what the files do not say.</param>
    /// <returns>At least one sequence, by time; the cadence of all is what most neighbours are apart.</returns>
    /// <exception cref="MediaException">As of <see cref="Read"/>, gaps aside.</exception>
    public static IReadOnlyList<RadarSequence> ReadRuns(IEnumerable<string> files, RadarReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        options ??= RadarReadOptions.Default;
        RadarField[] sorted = [.. files.Select(path => RadarFile.Read(path, options)).OrderBy(field => field.Time)];
        if (sorted.Length == 0)
        {
            throw new MediaException("radar sequence", "there is no frame: at least one is needed.");
        }

        FrameSteps.RequireOneGrid(sorted);
        var cadence = FrameSteps.CadenceOf(sorted);
        int[] starts = [.. FrameSteps.RunStarts(sorted, cadence), sorted.Length];
        return
        [
            .. starts.Zip(starts.Skip(1), (from, to) => new RadarSequence(sorted[from..to], cadence, options)),
        ];
    }
}
