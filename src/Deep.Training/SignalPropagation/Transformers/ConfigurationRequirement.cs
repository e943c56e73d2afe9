namespace Deep.Training.SignalPropagation;

/// <summary>The checks of configurations, with the setting's name in the error.</summary>
internal static class ConfigurationRequirement
{
    public static void That(bool holds, string record, string setting, string expected, object? found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"{record}.{setting}", expected, found);
        }
    }

    public static void Positive(int number, string record, string setting) => That(number >= 1, record, setting, "1 or more", number);

    public static void Finite(Gain? gain, string record, string setting) =>
        That(gain is null || double.IsFinite(gain.Initial), record, setting, "a finite number", gain?.Initial);

    public static void Defined<T>(T value, string record, string setting)
        where T : struct, Enum =>
        That(Enum.IsDefined(value), record, setting, $"one of {string.Join(", ", Enum.GetNames<T>())}", value);
}
