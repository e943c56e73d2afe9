using Deep.NFNets;
using Deep.Parity.Cases;

namespace Deep.Parity.Families.NFNets;

/// <summary>The references' names of activations.</summary>
internal static class Activations
{
    /// <summary>The activation of a name, with or without underscores.</summary>
    public static Activation Parse(string name) => name == "swish" ? Activation.Silu
        : Enum.TryParse<Activation>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var activation) ? activation
        : throw new MalformedCaseException($"the activation {name} is not known");

    /// <summary>Our gain of the activation has to be the one that the case states.</summary>
    public static void RequireGain(CaseConfig config, string key, Activation activation)
    {
        if (Math.Abs(config.Number(key, activation.Gain()) - activation.Gain()) > 1e-12)
        {
            throw new MalformedCaseException($"{key} is {config.Number(key):R}, ours is {activation.Gain():R}");
        }
    }
}
