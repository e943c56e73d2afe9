namespace Deep;

/// <summary>A configuration or an option has a value that makes no model.</summary>
public sealed class ConfigurationException : DeepException
{
    /// <summary>An error that names the setting.</summary>
    /// <param name="setting">The property's name, such as <c>NFNetConfig.Classes</c>.</param>
    /// <param name="expected">What it may be.</param>
    /// <param name="found">What it is.</param>
    public ConfigurationException(string setting, string expected, object? found)
        : base($"{setting} must be {expected}, but is {found ?? "missing"}.") => Setting = setting;

    /// <summary>The name of the setting that is wrong.</summary>
    public string Setting { get; }
}
