using Deep.Perceivers;
using Deep.Perceivers.Recipes;
using Deep.Training;

namespace Deep.Cli.Training.Perceivers;

/// <summary>The optimisers of <c>deep perceiver train</c>.</summary>
internal static class PerceiverOptimizer
{
    /// <summary>Adam with decoupled decay, for small batches.</summary>
    public const string AdamW = "adamw";

    private const string Lamb = "lamb";

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [AdamW, Lamb];

    /// <summary>The optimiser of a name.</summary>
    /// <returns>The optimiser. The caller disposes it.</returns>
    public static Optimizer Make(string name, Perceiver model, PerceiverRecipe recipe) => name == Lamb
        ? recipe.Optimizer(model)
        : new AdamW(PerceiverRecipe.Groups(model, recipe.WeightDecay), beta2: 0.99);

    /// <summary>The steps of warm-up: LAMB does without.</summary>
    public static int Warmup(string name, int steps) => name == Lamb ? 0 : steps / 20;
}
