using Deep.Cli.Commands;
using Deep.Nowcast;
using Deep.Nowcast.Recipes;

namespace Deep.Cli.Nowcasts;

/// <summary>Networks, crops and recipe of a training that has a name.</summary>
/// <param name="Config">The networks.</param>
/// <param name="Recipe">The run.</param>
/// <param name="Crops">What is cut from the sequences.</param>
internal sealed record NowcastPreset(DgmrConfig Config, DgmrRecipe Recipe, CropOptions Crops)
{
    /// <summary>An hour on two cores.</summary>
    public const string Small = "small";

    private const string Paper = "paper";

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = [Small, Paper];

    /// <summary>The preset of a command line, with what it changes.</summary>
    public static NowcastPreset Of(TrainNowcastSettings settings)
    {
        var preset = settings.Preset == Small
            ? new NowcastPreset(SmallNowcast.Config, SmallNowcast.Recipe, SmallNowcast.Crops)
            : new NowcastPreset(DgmrConfig.Paper, DgmrRecipe.Paper, new CropOptions());
        var config = settings.Config is null ? preset.Config : Read(settings.Config);
        var (recipe, members) = (preset.Recipe, settings.MembersGiven ?? preset.Recipe.Members);
        var rate = settings.RateGiven ?? recipe.GeneratorRate;
        return new NowcastPreset(
            config,
            recipe with
            {
                Steps = settings.StepsGiven ?? recipe.Steps,
                Batch = settings.BatchGiven ?? recipe.Batch,
                Members = members,
                MembersPerPass = settings.PerPassGiven ?? Math.Min(members, recipe.MembersPerPass),
                RegularizerWeight = settings.Lambda,
                GeneratorRate = rate,
                DiscriminatorRate = rate * recipe.DiscriminatorRate / recipe.GeneratorRate,
            },
            preset.Crops with
            {
                Frames = config.ContextFrames + config.ForecastSteps,
                Height = settings.SizeGiven ?? preset.Crops.Height,
                Width = settings.SizeGiven ?? preset.Crops.Width,
                Importance = settings.Uniform ? null : preset.Crops.Importance,
            });
    }

    private static DgmrConfig Read(string file) => File.Exists(file)
        ? DgmrConfig.FromJson(File.ReadAllText(file))
        : throw new WrongInputException($"There is no configuration file '{file}'.");
}
