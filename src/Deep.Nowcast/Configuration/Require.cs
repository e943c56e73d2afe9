using System.Diagnostics.CodeAnalysis;

namespace Deep.Nowcast;

/// <summary>The check that every configuration of this package makes.</summary>
internal static class Require
{
    /// <summary>Throws unless <paramref name="holds"/>.</summary>
    public static void That([DoesNotReturnIf(false)] bool holds, string setting, string expected, object? found)
    {
        if (!holds)
        {
            throw new ConfigurationException(setting, expected, found);
        }
    }
}
