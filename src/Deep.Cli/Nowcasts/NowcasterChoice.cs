using Deep.Cli.Models;
using Deep.Nowcast;

namespace Deep.Cli.Nowcasts;

/// <summary>A way of forecasting by its name, or a model in a file.</summary>
/// <param name="Model">What forecasts.</param>
internal sealed record NowcasterChoice(INowcaster Model) : IDisposable
{
    /// <summary>The newest observation, unchanged.</summary>
    public const string Persistence = "persistence";

    /// <summary>The observations moved on.</summary>
    public const string Extrapolation = "extrapolation";

    /// <summary>The observations moved on, with noise of their own spectrum where they are not certain.</summary>
    public const string Steps = "steps";

    /// <summary>The forecaster of a name.</summary>
    /// <param name="name">One of the names, or the file of a checkpoint.</param>
    /// <param name="device">Where a model computes.</param>
    /// <exception cref="WrongInputException">There is no such name and no such file.</exception>
    public static NowcasterChoice Of(string name, string device) => new(name switch
    {
        Persistence => Deep.Nowcast.Persistence.Default,
        Extrapolation => Deep.Nowcast.Extrapolation.Default,
        Steps => StepsEnsemble.Default,
        NowcastModels.SmallName when NowcastModels.AreThere => GeneratorFile.Load(NowcastModels.Small, device),
        _ when File.Exists(name) || Directory.Exists(name) => GeneratorFile.Load(name, device),
        _ => throw new WrongInputException(
            $"There is no model file '{name}'; without one there are {Persistence}, {Extrapolation}, {Steps} and {NowcastModels.SmallName}."),
    });

    public void Dispose() => (Model as IDisposable)?.Dispose();
}
