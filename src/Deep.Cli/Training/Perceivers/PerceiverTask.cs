using System.Globalization;
using System.Security.Cryptography;
using Deep.Cli.Commands;
using Deep.Media;
using Deep.Perceivers;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Cli.Training.Perceivers;

/// <summary>What a Perceiver is trained on: data, network, objective and test.</summary>
internal abstract class PerceiverTask
{
    /// <summary>The network where the command line names none.</summary>
    public abstract PerceiverConfig Config { get; }

    /// <summary>The data in words.</summary>
    public abstract string Description { get; }

    /// <summary>The data, for comparison when a run goes on.</summary>
    public abstract string Data { get; }

    /// <summary>What is counted.</summary>
    public abstract TrainingTerms Terms { get; }

    /// <summary>By what tests are compared.</summary>
    public virtual EvaluationMeasure Measure => EvaluationMeasure.Accuracy;

    /// <summary>The names of the classes, saved with the model; null: there are none.</summary>
    public virtual IReadOnlyList<string>? Labels => null;

    /// <summary>The task of a command line.</summary>
    public static PerceiverTask Of(TrainPerceiverSettings settings, Device device) => settings.Task switch
    {
        PerceiverTaskDefaults.Points => new PointsTask(settings, device),
        PerceiverTaskDefaults.Autoencode => new AutoencodeTask(settings, device),
        PerceiverTaskDefaults.Text => new BytesTask(settings, device),
        PerceiverTaskDefaults.Flow => new FlowTask(settings, device),
        _ => new DigitsTask(settings, device),
    };

    /// <summary>Trains.</summary>
    public abstract void Fit(Trainer trainer, Perceiver model, Func<CancellationToken, Evaluation> evaluate, CancellationToken cancellationToken);

    /// <summary>Tests.</summary>
    public abstract Evaluation Evaluate(Perceiver model, CancellationToken cancellationToken);

    /// <summary>Some of the test data with what the model makes of them; null where there is nothing to see.</summary>
    public virtual Picture? Examples(Perceiver model) => null;

    /// <summary>The last test in words, without a full stop.</summary>
    public virtual string Result(EpochRecord last) => string.Create(
        CultureInfo.InvariantCulture, $"Test accuracy {100 * last.TestAccuracy:F2} %, loss {last.TestLoss:F4},");

    /// <summary>What files hold, as a short hash: data that changed give another run.</summary>
    private protected static string Hash(IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }
}
