namespace Deep.Training;

/// <summary>What the optimisers with two moments, AdamW and LAMB, have in common.</summary>
internal static class MomentRules
{
    /// <summary>The name of the running mean of gradients in a saved state.</summary>
    public const string First = "first";

    /// <summary>The name of the running mean of squared gradients in a saved state.</summary>
    public const string Second = "second";

    /// <summary>The groups, once the options are known to be in their ranges.</summary>
    public static IReadOnlyList<ParameterGroup> Checked(
        string optimizer, IReadOnlyList<ParameterGroup> groups, double beta1, double beta2, double epsilon)
    {
        RequireShare(beta1, $"{optimizer}.Beta1");
        RequireShare(beta2, $"{optimizer}.Beta2");
        return epsilon > 0 && double.IsFinite(epsilon)
            ? groups
            : throw new ConfigurationException($"{optimizer}.Epsilon", "a finite number above 0", epsilon);
    }

    private static void RequireShare(double beta, string setting)
    {
        if (!(beta >= 0 && beta < 1))
        {
            throw new ConfigurationException(setting, "a number from 0 to below 1", beta);
        }
    }
}
