using Microsoft.Extensions.Logging;

namespace Deep.Training;

/// <summary>Passes a run on to an <see cref="ILogger"/>, with every number as a structured value.</summary>
/// <remarks>
/// Reports, evaluations, checkpoints and ends are <see cref="LogLevel.Information"/>; skipped steps, spikes, damaged
/// checkpoints and unreadable pictures are <see cref="LogLevel.Warning"/>. Each kind has its own event id and name, and
/// its file or folder is the value <c>Path</c>.
/// </remarks>
public sealed partial class LoggerLog : IRunLog
{
    private readonly ILogger _logger;

    /// <summary>A log that writes to a logger of the application.</summary>
    /// <param name="logger">Any logger, such as an <c>ILogger&lt;Trainer&gt;</c>; it stays the caller's.</param>
    public LoggerLog(ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(logger);
        _logger = logger;
    }

    /// <inheritdoc/>
    public void Report(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        LogProgress(
            progress.Step, progress.Steps, progress.Epoch, progress.Loss, progress.Accuracy, progress.LearningRate,
            progress.GradientNorm, progress.ItemsPerSecond, progress.Remaining);
        if (progress.Evaluation is { } evaluation)
        {
            LogEvaluation(progress.Step, evaluation.Loss, evaluation.Accuracy, evaluation.Items);
        }
    }

    /// <inheritdoc/>
    public void Report(TrainingEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        var (step, message, path) = (happened.Step, happened.Message, happened.Path ?? "");
        switch (happened.Kind)
        {
            case TrainingEventKind.Resumed:
                LogResumed(step, message, path);
                break;
            case TrainingEventKind.DamagedCheckpoint:
                LogDamagedCheckpoint(step, message, path);
                break;
            case TrainingEventKind.Saved:
                LogSaved(step, message, path);
                break;
            case TrainingEventKind.SkippedStep:
                LogSkippedStep(step, message);
                break;
            case TrainingEventKind.Spike:
                LogSpike(step, message);
                break;
            case TrainingEventKind.UnreadablePicture:
                LogUnreadablePicture(step, message, path);
                break;
            case TrainingEventKind.StoppedEarly:
                LogStoppedEarly(step, message);
                break;
            default:
                LogOther(step, message, path, happened.Kind);
                break;
        }
    }

    [LoggerMessage(
        1, LogLevel.Information,
        "Step {Step} of {Steps}, epoch {Epoch:F2}: loss {Loss:F4}, accuracy {Accuracy:P2}, rate {LearningRate:G4}, gradient norm {GradientNorm:G4}, "
        + "{ItemsPerSecond:F0} items/s, {Remaining} left",
        EventName = "Progress")]
    private partial void LogProgress(
        long step, long steps, double epoch, double loss, double accuracy, double learningRate, double gradientNorm, double itemsPerSecond, TimeSpan remaining);

    [LoggerMessage(2, LogLevel.Information, "Step {Step}: on {Items} items of test data loss {Loss:F4}, accuracy {Accuracy:P2}", EventName = "Evaluation")]
    private partial void LogEvaluation(long step, double loss, double accuracy, long items);

    [LoggerMessage(3, LogLevel.Information, "Step {Step}: {Message} {Path}", EventName = nameof(TrainingEventKind.Resumed))]
    private partial void LogResumed(long step, string message, string path);

    [LoggerMessage(4, LogLevel.Warning, "Step {Step}: {Message} {Path}", EventName = nameof(TrainingEventKind.DamagedCheckpoint))]
    private partial void LogDamagedCheckpoint(long step, string message, string path);

    [LoggerMessage(5, LogLevel.Information, "Step {Step}: {Message} {Path}", EventName = nameof(TrainingEventKind.Saved))]
    private partial void LogSaved(long step, string message, string path);

    [LoggerMessage(6, LogLevel.Warning, "Step {Step}: {Message}", EventName = nameof(TrainingEventKind.SkippedStep))]
    private partial void LogSkippedStep(long step, string message);

    [LoggerMessage(7, LogLevel.Warning, "Step {Step}: {Message}", EventName = nameof(TrainingEventKind.Spike))]
    private partial void LogSpike(long step, string message);

    [LoggerMessage(8, LogLevel.Warning, "Step {Step}: {Message} {Path}", EventName = nameof(TrainingEventKind.UnreadablePicture))]
    private partial void LogUnreadablePicture(long step, string message, string path);

    [LoggerMessage(9, LogLevel.Information, "Step {Step}: {Message}", EventName = nameof(TrainingEventKind.StoppedEarly))]
    private partial void LogStoppedEarly(long step, string message);

    [LoggerMessage(10, LogLevel.Information, "Step {Step}: {Message} {Path} ({Kind})", EventName = "Other")]
    private partial void LogOther(long step, string message, string path, TrainingEventKind kind);
}
