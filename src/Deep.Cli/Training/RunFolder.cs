using System.Text.Json;
using Deep.Checkpoints;

namespace Deep.Cli.Training;

/// <summary>The folder of a training run: the weights, the history and the picture of the curves.</summary>
internal sealed class RunFolder
{
    private readonly List<EpochRecord> history = [];

    /// <summary>Creates the folder; an earlier run's history in it is replaced.</summary>
    public RunFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(Path);
        File.Delete(HistoryFile);
    }

    /// <summary>The folder itself.</summary>
    public string Path { get; }

    /// <summary>The averaged weights at the last test: the result of the run.</summary>
    public string ModelFile => System.IO.Path.Combine(Path, "model.safetensors");

    /// <summary>The averaged weights at the test with the best accuracy so far.</summary>
    public string BestFile => System.IO.Path.Combine(Path, "best.safetensors");

    /// <summary>One JSON object a line and test.</summary>
    public string HistoryFile => System.IO.Path.Combine(Path, "history.jsonl");

    /// <summary>Loss and accuracy over the epochs.</summary>
    public string CurvesFile => System.IO.Path.Combine(Path, "curves.png");

    /// <summary>The tests so far.</summary>
    public IReadOnlyList<EpochRecord> History => history;

    /// <summary>The test with the best accuracy; of equals, the first.</summary>
    public EpochRecord? Best => history.MaxBy(record => record.TestAccuracy);

    /// <summary>Adds a test to the history and draws the curves anew.</summary>
    public void Add(EpochRecord record)
    {
        history.Add(record);
        File.AppendAllText(HistoryFile, JsonSerializer.Serialize(record) + "\n");
        var curves = CurvesPlot.Draw(history);
        AtomicFile.Write(CurvesFile, stream => stream.Write(curves));
    }
}
