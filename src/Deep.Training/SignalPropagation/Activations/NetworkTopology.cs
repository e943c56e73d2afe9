namespace Deep.Training.SignalPropagation;

/// <summary>How a network's activations follow each other, seen from a correlation: M(x, r), the greatest of what its sub-networks make of x where each activation makes r(x).</summary>
/// <remarks>
/// From it follow the targets of DKS (2110.01765) and TAT (2203.08120): with r(x) = s x and x = 1 the greatest slope, with r(x) = x + s and
/// x = 0 the greatest curvature, and with r = C and x = 0 the greatest correlation. Immutable.
/// </remarks>
public sealed class NetworkTopology
{
    private readonly Func<double, Func<double, double>, double> _composition;

    private NetworkTopology(string description, Func<double, Func<double, double>, double> composition) =>
        (Description, _composition) = (description, composition);

    /// <summary>What it is, for messages.</summary>
    public string Description { get; }

    /// <summary>One activation after the other.</summary>
    /// <param name="activations">How many there are from the input to the output, 1 or more: one a block for the usual MLP.</param>
    /// <returns>The topology.</returns>
    /// <exception cref="ConfigurationException">There are none.</exception>
    public static NetworkTopology Chain(int activations) => activations >= 1
        ? new($"a chain of {activations} activations", (x, r) => Repeated(x, r, activations))
        : throw new ConfigurationException(nameof(activations), "1 or more", activations);

    /// <summary>Groups of residual blocks, w² · shortcut + (1 − w²) · branch as correlations, then a last activation.</summary>
    /// <remarks>
    /// The rescaled ResNet of the DKS and TAT papers. With activations first (v2) the shortcut of a group's first block starts behind the
    /// block's first activation, because it is a projection there; with activations last (v1) each block ends with one.
    /// </remarks>
    /// <param name="blocks">The number of blocks of each group.</param>
    /// <param name="activationsPerBranch">The number of activations on a block's branch, 1 or more.</param>
    /// <param name="shortcutWeight">w, 0 to below 1.</param>
    /// <param name="activationsFirst">Whether the blocks are of the second version (v2).</param>
    /// <param name="projections">For each group whether its first shortcut is a projection; null: all are.</param>
    /// <returns>The topology.</returns>
    /// <exception cref="ConfigurationException">A number is out of its range, or the lists differ in length.</exception>
    public static NetworkTopology Residual(
        IReadOnlyList<int> blocks, int activationsPerBranch, double shortcutWeight, bool activationsFirst = true, IReadOnlyList<bool>? projections = null)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        int[] groups = [.. blocks];
        bool[] projects = [.. projections ?? [.. groups.Select(_ => true)]];
        if (groups.Length == 0 || groups.Any(count => count < 1))
        {
            throw new ConfigurationException(nameof(blocks), "one number of blocks, 1 or more, for each group", string.Join(", ", groups));
        }

        if (activationsPerBranch < 1)
        {
            throw new ConfigurationException(nameof(activationsPerBranch), "1 or more", activationsPerBranch);
        }

        if (shortcutWeight is not (>= 0 and < 1))
        {
            throw new ConfigurationException(nameof(shortcutWeight), "from 0 to below 1", shortcutWeight);
        }

        if (projects.Length != groups.Length)
        {
            throw new ConfigurationException(nameof(projections), $"one for each of {groups.Length} groups", projects.Length);
        }

        var share = shortcutWeight * shortcutWeight;
        var description = FormattableString.Invariant(
            $"a residual network with {string.Join(", ", groups)} blocks of {activationsPerBranch} activations and shortcut weight {shortcutWeight}");
        return new(description, Composition);

        double Composition(double input, Func<double, double> r)
        {
            var x = input;
            for (var group = 0; group < groups.Length; group++)
            {
                for (var block = 0; block < groups[group]; block++)
                {
                    var shortcut = block == 0 && projects[group] && activationsFirst ? r(x) : x;
                    x = (share * shortcut) + ((1 - share) * Repeated(x, r, activationsPerBranch));
                    x = activationsFirst ? x : r(x);
                }
            }

            return Math.Max(r(x), Repeated(input, r, activationsPerBranch));
        }
    }

    /// <summary>A composition of one's own.</summary>
    /// <param name="composition">M(x, r), rising in x and in r.</param>
    /// <param name="description">What it is, for messages.</param>
    /// <returns>The topology.</returns>
    public static NetworkTopology FromComposition(Func<double, Func<double, double>, double> composition, string description = "a composition of one's own")
    {
        ArgumentNullException.ThrowIfNull(composition);
        return new(description, composition);
    }

    /// <summary>M(x, r).</summary>
    /// <param name="x">What comes in.</param>
    /// <param name="r">What one activation makes of it.</param>
    public double Compose(double x, Func<double, double> r)
    {
        ArgumentNullException.ThrowIfNull(r);
        return _composition(x, r);
    }

    /// <inheritdoc/>
    public override string ToString() => Description;

    private static double Repeated(double x, Func<double, double> r, int times)
    {
        for (var n = 0; n < times; n++)
        {
            x = r(x);
        }

        return x;
    }
}
