using Microsoft.Extensions.Logging;

namespace Deep.Training.Tests;

public class LoggerLogTests
{
    [Fact]
    public void A_report_is_one_entry_with_its_numbers_and_an_evaluation_one_more()
    {
        var logger = new EntryList();
        new LoggerLog(logger).Report(RunReports.At(50, evaluated: true));
        Assert.Equal(["Progress", "Evaluation"], logger.Entries.Select(entry => entry.Id.Name));
        Assert.Equal(50L, logger.Entries[0].Values["Step"]);
        Assert.Equal(RunReports.At(50).Loss, logger.Entries[0].Values["Loss"]);
        Assert.Equal(512L, logger.Entries[1].Values["Items"]);
        Assert.StartsWith("Step 50 of 1000, epoch 1.00: loss 1.9469", logger.Entries[0].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TrainingEventKind.Resumed, LogLevel.Information)]
    [InlineData(TrainingEventKind.Saved, LogLevel.Information)]
    [InlineData(TrainingEventKind.StoppedEarly, LogLevel.Information)]
    [InlineData(TrainingEventKind.DamagedCheckpoint, LogLevel.Warning)]
    [InlineData(TrainingEventKind.SkippedStep, LogLevel.Warning)]
    [InlineData(TrainingEventKind.Spike, LogLevel.Warning)]
    [InlineData(TrainingEventKind.UnreadablePicture, LogLevel.Warning)]
    public void The_level_and_the_name_are_those_of_the_kind(TrainingEventKind kind, LogLevel level)
    {
        var logger = new EntryList();
        new LoggerLog(logger).Report(RunReports.Event(kind, 7, "some/path"));
        var entry = Assert.Single(logger.Entries);
        Assert.Equal(level, entry.Level);
        Assert.Equal(kind.ToString(), entry.Id.Name);
        Assert.Equal(7L, entry.Values["Step"]);
        Assert.Equal($"Step 7: {kind} happened.", entry.Text.Replace(" some/path", "", StringComparison.Ordinal));
        Assert.Equal(entry.Values.ContainsKey("Path"), entry.Text.EndsWith("some/path", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_kind_has_an_id_of_its_own()
    {
        var logger = new EntryList();
        var kinds = Enum.GetValues<TrainingEventKind>();
        foreach (var kind in kinds)
        {
            new LoggerLog(logger).Report(RunReports.Event(kind, 7));
        }

        Assert.Equal(kinds.Length, logger.Entries.Select(entry => entry.Id.Id).Distinct().Count());
    }

    private sealed record Entry(LogLevel Level, EventId Id, string Text, IReadOnlyDictionary<string, object?> Values);

    private sealed class EntryList : ILogger
    {
        public List<Entry> Entries { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = (IEnumerable<KeyValuePair<string, object?>>)state!;
            Entries.Add(new Entry(logLevel, eventId, formatter(state, exception), values.ToDictionary(value => value.Key, value => value.Value)));
        }
    }
}
