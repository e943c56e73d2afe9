using Deep.Training;

namespace Deep.Cli.Training;

/// <summary>The optimisers that a command line can name.</summary>
internal static class OptimizerChoice
{
    /// <summary>Nesterov momentum: the NFNet papers'.</summary>
    public const string Sgd = "sgd";

    private const string AdamW = "adamw";
    private const string Lamb = "lamb";

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [Sgd, AdamW, Lamb];

    /// <summary>The optimiser of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="groups">What it trains.</param>
    /// <returns>The optimiser. The caller disposes it.</returns>
    public static Optimizer Make(string name, IReadOnlyList<ParameterGroup> groups) => name switch
    {
        AdamW => new AdamW(groups),
        Lamb => new Lamb(groups),
        _ => new NesterovSgd(groups),
    };
}
