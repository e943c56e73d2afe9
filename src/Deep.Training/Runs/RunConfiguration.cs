using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Deep.Training;

/// <summary>The settings that a run cannot change when it goes on, as text that is compared and shown.</summary>
internal static class RunConfiguration
{
    private const int ShownSteps = 5;
    private const int ComparedSteps = 4096;

    public static IReadOnlyDictionary<string, string> Of(
        TrainerOptions options, long steps, long evaluateEvery, ITrainingStep step)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["TrainerOptions.Steps"] = Text(steps),
            ["TrainerOptions.Seed"] = Text(options.Seed),
            ["TrainerOptions.Schedule"] = Text(options.Schedule.Invoke, steps),
            ["StepsPerEpoch"] = Text(step.StepsPerEpoch),
        };
        if (options.EarlyStop is { } stop)
        {
            // Evaluations are part of what such a run computes.
            settings["TrainerOptions.EvaluateEvery"] = Text(evaluateEvery);
            settings["TrainerOptions.EarlyStop"] = FormattableString.Invariant(
                $"patience {stop.Patience}, minimum change {stop.MinimumChange}, {stop.Measure.Name}");
        }

        foreach (var (name, value) in step.Configuration.Concat(
            options.Configuration.Select(own => new KeyValuePair<string, string>($"Configuration.{own.Key}", own.Value))))
        {
            settings.Add(name, value);
        }

        return settings;
    }

    /// <exception cref="ConfigurationException">A setting is not what it was; names it, and all others that changed.</exception>
    public static void RequireSame(
        IReadOnlyDictionary<string, string> saved, IReadOnlyDictionary<string, string> given, string checkpoint)
    {
        var changed = saved.Keys.Union(given.Keys).Order(StringComparer.Ordinal)
            .Where(name => Value(saved, name) != Value(given, name)).ToArray();
        if (changed.Length == 0)
        {
            return;
        }

        // The number of steps changes the schedule with it: of two that changed, it is what the user set.
        var first = changed.FirstOrDefault(name => name == "TrainerOptions.Steps") ?? changed[0];
        var others = changed.Where(name => name != first)
            .Select(name => $"{name} was {Value(saved, name)} and is {Value(given, name)}").ToArray();
        throw new ConfigurationException(
            first, $"{Value(saved, first)}, as in the checkpoint {checkpoint} from which this run goes on",
            Value(given, first) + (others.Length == 0 ? "" : $" ({string.Join("; ", others)})"));
    }

    public static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    public static string Text(GradientLimit? limit) => limit switch
    {
        null => "none",
        GradientLimit.GlobalNormRule norm => $"global norm {Text(norm.Maximum)}",
        GradientLimit.ValueRule value => $"value {Text(value.Maximum)}",
        _ => limit.GetType().Name,
    };

    public static string Text(SharpnessAwareMinimization? sharpness) => sharpness is null
        ? "none"
        : FormattableString.Invariant(
            $"rho {sharpness.Rho}, adaptive {sharpness.IsAdaptive}, ascent on a share of {sharpness.AscentShare}");

    /// <summary>A function of the step: some of its values, and a hash of many.</summary>
    public static string Text(Func<long, double> function, long steps)
    {
        var shown = Spread(steps, ShownSteps).Select(step => function(step).ToString("G4", CultureInfo.InvariantCulture));
        var compared = Spread(steps, ComparedSteps).Select(step => function(step).ToString("R", CultureInfo.InvariantCulture));
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', compared)));
        return $"{string.Join(" .. ", shown)} [{Convert.ToHexStringLower(hash)[..8]}]";
    }

    private static IEnumerable<long> Spread(long steps, int count) => steps <= count
        ? Enumerable.Range(0, (int)steps).Select(step => (long)step)
        : Enumerable.Range(0, count).Select(i => (long)((Int128)i * (steps - 1) / (count - 1)));

    private static string Value(IReadOnlyDictionary<string, string> settings, string name) =>
        settings.GetValueOrDefault(name) ?? "missing";
}
