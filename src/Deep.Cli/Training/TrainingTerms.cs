using System.Globalization;
using Deep.Training;

namespace Deep.Cli.Training;

/// <summary>What a training run counts.</summary>
/// <param name="Items">What it is trained on: pictures or tokens.</param>
/// <param name="ShowsSteps">Whether its place is told in steps, as is usual for texts, or in epochs.</param>
internal sealed record TrainingTerms(string Items, bool ShowsSteps)
{
    /// <summary>Of pictures.</summary>
    public static TrainingTerms Pictures { get; } = new("pictures", ShowsSteps: false);

    /// <summary>Of texts.</summary>
    public static TrainingTerms Tokens { get; } = new("tokens", ShowsSteps: true);

    /// <summary>Of anything whose place is told in steps.</summary>
    /// <param name="items">What it is trained on.</param>
    public static TrainingTerms StepsOf(string items) => new(items, ShowsSteps: true);

    /// <summary>Where the run is.</summary>
    public string Place(TrainingProgress progress) => ShowsSteps
        ? string.Create(CultureInfo.InvariantCulture, $"step {progress.Step,6}")
        : string.Create(CultureInfo.InvariantCulture, $"epoch {progress.Epoch,5:F1}");
}
