using System.Globalization;
using Deep.Training.Plots;

namespace Deep.Experiments;

/// <summary>
/// Sharpness-aware minimisation (2010.01412) and its adaptive form (2102.11600) in small, against none at equal updates and
/// at equal gradient evaluations, three seeds.
/// </summary>
internal sealed class SharpnessClaim(int pictures) : IClaim<TrainingPlan, TrainingOutcome>
{
    private const int Batch = 128;
    private const long Steps = 600;
    private static readonly int[] Seeds = [0, 1, 2];

    /// <summary>The settings; the NFNet papers ascend on a fifth of the batch.</summary>
    public static IReadOnlyList<Setting> Settings { get; } =
    [
        new("none", Steps, 0),
        new("none, twice the updates", 2 * Steps, 0),
        new("SAM, ρ = 0.05", Steps, 0.05),
        new("SAM, ρ = 0.05, ascent on a fifth", Steps, 0.05, AscentShare: 0.2),
        new("SAM, ρ = 0.1", Steps, 0.1),
        new("ASAM, ρ = 0.5", Steps, 0.5, IsAdaptive: true),
    ];

    /// <inheritdoc/>
    public void Run(Func<TrainingPlan, TrainingOutcome> outcome, Predicate<int> isMine)
    {
        foreach (var setting in Settings.Where((_, number) => isMine(number)))
        {
            Of(setting, outcome);
        }
    }

    /// <inheritdoc/>
    public string Tables(Func<TrainingPlan, TrainingOutcome> outcome)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        text.WriteLine("| | updates | gradient evaluations | training loss | test loss | test accuracy, % |");
        text.WriteLine("| --- | ---: | ---: | ---: | --- | --- |");
        foreach (var setting in Settings)
        {
            var runs = Of(setting, outcome);
            var evaluations = setting.Steps * Batch * (1 + (setting.Rho > 0 ? setting.AscentShare : 0));
            var train = SeedSummary.Median([.. runs.Runs.Select(run => run.TrainLoss ?? double.NaN).Order()]);
            text.WriteLine($"| {setting.Name} | {setting.Steps:N0} | {evaluations:N0} | {train:F3} | {runs.Loss()} | {runs.Accuracy()} |");
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public byte[] Figure(Func<TrainingPlan, TrainingOutcome> outcome) => new SettingsFigure
    {
        Title = "Sharpness-aware minimisation",
        XLabel = "test loss of three seeds",
        Rows = [.. Settings.Select(setting => new SettingRow(setting.Name, Of(setting, outcome).Losses))],
    }.Draw();

    private SeedSummary Of(Setting setting, Func<TrainingPlan, TrainingOutcome> outcome) => new(
    [
        .. Seeds.Select(seed => outcome(new TrainingPlan(
            pictures, Batch, 1, setting.Steps, 0.2, 0.04, seed, setting.Rho, setting.IsAdaptive, setting.AscentShare))),
    ]);

    /// <summary>A way to train.</summary>
    internal sealed record Setting(string Name, long Steps, double Rho, bool IsAdaptive = false, double AscentShare = 1);
}
