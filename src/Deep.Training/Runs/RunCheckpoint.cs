using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Deep.Checkpoints;
using static TorchSharp.torch;

namespace Deep.Training;

/// <summary>One checkpoint of a run: a folder of files, and a manifest by which it is checked before it is used.</summary>
internal sealed partial record RunCheckpoint(string Path, long Step, bool IsReportPending)
{
    private const string StateFile = "state.json";
    private const string ConfigurationFile = "configuration.json";
    private const long LargestManifest = 1 << 20;
    private const long LargestJson = 1 << 28;

    /// <summary>The checkpoint that a folder's name says it is; null for any other folder.</summary>
    public static RunCheckpoint? Named(string path)
    {
        var name = FolderName().Match(System.IO.Path.GetFileName(path));
        return name.Success && long.TryParse(name.Groups["step"].Value, out var step)
            ? new RunCheckpoint(path, step, name.Groups["pending"].Success)
            : null;
    }

    /// <summary>The path of the checkpoint of a state in a run's folder.</summary>
    public static string PathOf(string folder, TrainingState state) => System.IO.Path.Combine(
        folder, FormattableString.Invariant($"step-{state.Step:D8}") + (state.IsReportPending ? "-unreported" : ""));

    /// <summary>Writes a checkpoint; a damaged one at its place is replaced.</summary>
    public static RunCheckpoint Write(
        string path, TrainingState state, Evaluation? evaluation, IReadOnlyDictionary<string, string> configuration,
        IReadOnlyDictionary<string, IRunState> parts)
    {
        AtomicFolder.Delete(path);
        AtomicFolder.Create(path, folder =>
        {
            foreach (var (name, part) in parts)
            {
                WriteTensors(System.IO.Path.Combine(folder, TensorFile(name)), part);
            }

            WriteJson(folder, StateFile, state, RunJson.Default.TrainingState);
            WriteJson(folder, ConfigurationFile, new(configuration), RunJson.Default.DictionaryStringString);
            var files = Directory.EnumerateFiles(folder).ToDictionary(file => System.IO.Path.GetFileName(file), Measure);
            WriteJson(
                folder, RunManifest.FileName, new(RunManifest.CurrentFormat, state.Step, evaluation, files),
                RunJson.Default.RunManifest);
        });
        return new RunCheckpoint(path, state.Step, state.IsReportPending);
    }

    /// <summary>The manifest alone, without a look at the files.</summary>
    /// <exception cref="DamagedCheckpointException">It is missing or unreadable.</exception>
    public RunManifest ReadManifest()
    {
        var manifest = ReadJson(RunManifest.FileName, LargestManifest, RunJson.Default.RunManifest);
        return manifest is { Format: RunManifest.CurrentFormat, Files: not null } && manifest.Step == Step
            ? manifest
            : throw new DamagedCheckpointException($"{RunManifest.FileName} is not the manifest of step {Step}");
    }

    /// <summary>Checks every file and reads what is not tensors.</summary>
    /// <exception cref="DamagedCheckpointException">A file is missing, changed or unreadable.</exception>
    public (TrainingState State, IReadOnlyDictionary<string, string> Configuration) Read()
    {
        var manifest = ReadManifest();
        foreach (var name in new[] { StateFile, ConfigurationFile }.Where(name => !manifest.Files.ContainsKey(name)))
        {
            throw new DamagedCheckpointException($"{name} is not in the manifest");
        }

        foreach (var (name, entry) in manifest.Files)
        {
            Check(name, entry);
        }

        var state = ReadJson(StateFile, LargestJson, RunJson.Default.TrainingState);
        return state.Step == Step && state is { Meter: not null, Watch: not null, Reports: not null }
            && ModelRandomness.IsState(state.RandomState)
            ? (state, ReadJson(ConfigurationFile, LargestJson, RunJson.Default.DictionaryStringString))
            : throw new DamagedCheckpointException($"{StateFile} is not the state of step {Step}");
    }

    /// <summary>Puts the saved tensors into the parts of a run.</summary>
    /// <exception cref="ShapeException">They do not fit.</exception>
    /// <exception cref="CheckpointException">A file of tensors is missing or unreadable.</exception>
    public void LoadInto(IReadOnlyDictionary<string, IRunState> parts)
    {
        foreach (var (name, part) in parts)
        {
            using var scope = NewDisposeScope();
            using var file = Checkpoint.Open(System.IO.Path.Combine(Path, TensorFile(name)));
            part.Load(file.Tensors.Keys.ToDictionary(tensor => tensor, file.Read));
        }
    }

    private static string TensorFile(string part) => part + ".safetensors";

    private static void WriteTensors(string path, IRunState part)
    {
        var tensors = part.Save();
        try
        {
            Checkpoint.Save(path, tensors);
        }
        finally
        {
            foreach (var tensor in tensors.Values)
            {
                tensor.Dispose();
            }
        }
    }

    private static void WriteJson<T>(string folder, string name, T value, JsonTypeInfo<T> type) => AtomicFile.Write(
        System.IO.Path.Combine(folder, name), stream => JsonSerializer.Serialize(stream, value, type));

    private static RunManifest.Entry Measure(string path)
    {
        using var file = File.OpenRead(path);
        return new(file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    private void Check(string name, RunManifest.Entry? entry)
    {
        // Names come from a file: only plain ones lead nowhere else.
        if (name != System.IO.Path.GetFileName(name) || name is "" or "." or ".." || entry is null)
        {
            throw new DamagedCheckpointException($"{RunManifest.FileName} has an entry that is no file of it");
        }

        var found = Try(name, () => Measure(System.IO.Path.Combine(Path, name)));
        if (found.Bytes != entry.Bytes)
        {
            throw new DamagedCheckpointException($"{name} has {found.Bytes} bytes instead of {entry.Bytes}");
        }

        if (!string.Equals(found.Sha256, entry.Sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new DamagedCheckpointException($"{name} is not what was written");
        }
    }

    private T ReadJson<T>(string name, long largest, JsonTypeInfo<T> type) => Try(name, () =>
    {
        using var file = File.OpenRead(System.IO.Path.Combine(Path, name));
        return file.Length > largest
            ? throw new DamagedCheckpointException($"{name} has {file.Length} bytes, more than {largest}")
            : JsonSerializer.Deserialize(file, type) ?? throw new JsonException("it is empty");
    });

    private static T Try<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DamagedCheckpointException($"{name} is missing", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            throw new DamagedCheckpointException($"{name} cannot be read: {error.Message}", error);
        }
    }

    [GeneratedRegex(@"^step-(?<step>\d{8,18})(?<pending>-unreported)?$")]
    private static partial Regex FolderName();
}
