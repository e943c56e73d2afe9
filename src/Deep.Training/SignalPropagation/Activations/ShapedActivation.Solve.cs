namespace Deep.Training.SignalPropagation;

public sealed partial record ShapedActivation
{
    // The greatest C′(1) of a ReLU with a shift above 0; the shift itself is free, and the reference takes 1 or −1.
    private const double GreatestReluSlope = 1.466942206924260361;

    // Solutions of TAT from here on have unstable Q maps (dks). A sigmoid is half a tanh of half its input, so its gain counts a quarter; the
    // reference counts it in full and so refuses all of a sigmoid's solutions.
    private const double GreatestGain = 2;
    private const double SigmoidGain = 4 * GreatestGain;
    private const int Starts = 50;
    private const double Reached = 1e-9;

    /// <summary>The activation of deep kernel shaping.</summary>
    /// <param name="kind">Any; ReLU keeps Q′(1) free.</param>
    /// <param name="topology">How the network's activations follow each other.</param>
    /// <param name="slopeTarget">ζ, above 1: the greatest C′(1) of any sub-network. The paper uses 1.5.</param>
    /// <param name="localQSlope">Q′(1) of each activation; 1 but for ablations.</param>
    /// <returns>The activation.</returns>
    /// <exception cref="ConfigurationException">The target is out of range or cannot be reached.</exception>
    public static ShapedActivation Dks(ActivationKind kind, NetworkTopology topology, double slopeTarget = 1.5, double localQSlope = 1)
    {
        ArgumentNullException.ThrowIfNull(topology);
        if (!(slopeTarget > 1) || !double.IsFinite(slopeTarget))
        {
            throw new ConfigurationException("ShapedActivation.Dks slopeTarget", "a finite number above 1", slopeTarget);
        }

        var local = RisingFunction.Solve(slope => topology.Compose(1, x => x * slope), slopeTarget, 1, double.PositiveInfinity)
            ?? throw new ConfigurationException("ShapedActivation.Dks slopeTarget", $"one that {topology} reaches", slopeTarget);
        var shift = local < GreatestReluSlope ? 1.0 : -1.0;
        return kind switch
        {
            ActivationKind.Relu => Solved(p => Centred(kind, p[0], shift, 0), a => [a.CorrelationSlope() - local], [[1, 0.1]], [(0, 2)]),
            ActivationKind.LeakyRelu => Solved(p => Centred(kind, 1, p[1], p[0]), Conditions, [[0, 0.5], [0, 1, -1]], [(0, 1), (-3, 3)]),
            _ => Solved(p => Centred(kind, p[0], p[1], 0.01), Conditions, [[1, 0.1], [0, 1, -1]], [(0, 2), (-3, 3)]),
        } ?? throw Unreachable("Dks slopeTarget", kind, topology, slopeTarget);

        double[] Conditions(ShapedActivation a) => [a.QSlope() - localQSlope, a.CorrelationSlope() - local];
    }

    /// <summary>The activation of tailored activation transformation.</summary>
    /// <param name="kind">Any but ReLU. For leaky ReLU this is <see cref="TailoredLeakyRelu"/>, and <paramref name="eta"/> the target.</param>
    /// <param name="topology">How the network's activations follow each other.</param>
    /// <param name="curvatureTarget">τ, above 0: the greatest C″(1) of any sub-network. The paper uses 0.3.</param>
    /// <param name="eta">η, above 0 and below 1, for leaky ReLU only.</param>
    /// <returns>The activation.</returns>
    /// <exception cref="ConfigurationException">The activation is ReLU, or the target is out of range or cannot be reached.</exception>
    public static ShapedActivation Tat(ActivationKind kind, NetworkTopology topology, double curvatureTarget = 0.3, double eta = 0.9)
    {
        ArgumentNullException.ThrowIfNull(topology);
        if (kind == ActivationKind.Relu)
        {
            throw new ConfigurationException("ShapedActivation.Tat kind", "another than ReLU, whose shape nothing can tailor: take leaky ReLU", kind);
        }

        if (kind == ActivationKind.LeakyRelu)
        {
            var leaky = TailoredLeakyRelu.For(topology, eta);
            return new() { Kind = kind, NegativeSlope = leaky.NegativeSlope, OutputScale = leaky.OutputScale };
        }

        if (!(curvatureTarget > 0) || !double.IsFinite(curvatureTarget))
        {
            throw new ConfigurationException("ShapedActivation.Tat curvatureTarget", "a finite number above 0", curvatureTarget);
        }

        var local = RisingFunction.Solve(curvature => topology.Compose(0, x => x + curvature), curvatureTarget, 0, double.PositiveInfinity)
            ?? throw new ConfigurationException("ShapedActivation.Tat curvatureTarget", $"one that {topology} reaches", curvatureTarget);
        return Solved(
            p => Normalized(new() { Kind = kind, InputScale = p[0], InputShift = p[1], OutputShift = p[2] }),
            a => [a.QSlope() - 1, a.CorrelationSlope() - 1, a.CorrelationCurvature() - local],
            [[1, 0.1], [0, 1, -1], [0, 1, -1]],
            [(0, 2), (-3, 3), (-3, 3)],
            a => a.InputScale * a.OutputScale < (kind == ActivationKind.Sigmoid ? SigmoidGain : GreatestGain)) ?? throw Unreachable("Tat curvatureTarget", kind, topology, curvatureTarget);
    }

    // The reference's starting points in its order, then points drawn between its limits.
    private static ShapedActivation? Solved(
        Func<double[], ShapedActivation> make,
        Func<ShapedActivation, double[]> conditions,
        double[][] always,
        (double Low, double High)[] limits,
        Func<ShapedActivation, bool>? accepts = null)
    {
        var starts = always.Aggregate(
            (IEnumerable<double[]>)[[]], (points, values) => points.SelectMany(point => values.Select(value => (double[])[.. point, value]))).ToList();
        var random = new Random(123);
        while (starts.Count < Starts)
        {
            starts.Add([.. limits.Select(limit => limit.Low + ((limit.High - limit.Low) * random.NextDouble()))]);
        }

        foreach (var start in starts)
        {
            if (Root(start) is { } found && conditions(found).All(error => Math.Abs(error) < Reached) && accepts?.Invoke(found) != false)
            {
                return found.Upright();
            }
        }

        return null;

        ShapedActivation? Root(double[] start)
        {
            if (HybridRoots.Solve(p => conditions(make(p)), start) is not { } root || !root.All(double.IsFinite))
            {
                return null;
            }

            // Whole turns of a sine make no difference but to rounding, so the root is found again without them.
            var turns = Math.Floor(make(root).InputShift / (2 * Math.PI));
            if (turns == 0 || make(root).Kind is not (ActivationKind.Sin or ActivationKind.Cos))
            {
                return make(root);
            }

            root[1] -= turns * 2 * Math.PI;
            return HybridRoots.Solve(p => conditions(make(p)), root) is { } again ? make(again) : null;
        }
    }

    // C(0) = 0 and Q(1) = 1.
    private static ShapedActivation Centred(ActivationKind kind, double scale, double shift, double negativeSlope)
    {
        var plain = new ShapedActivation { Kind = kind, InputScale = scale, InputShift = shift, NegativeSlope = negativeSlope };
        return Normalized(plain with { OutputShift = -plain.Means(1).Of(plain.Value) });
    }

    private static ShapedActivation Normalized(ShapedActivation plain) => plain with { OutputScale = 1 / Math.Sqrt(plain.QMap(1)) };

    // The conditions do not tell y(x) from −y(−x). Where φ is odd but for a constant, both are shifts of it, and the one to the right is taken.
    private ShapedActivation Upright() => Kind switch
    {
        ActivationKind.Tanh or ActivationKind.Erf or ActivationKind.Atan or ActivationKind.Asinh or ActivationKind.Softsign when InputShift < 0 =>
            this with { InputShift = -InputShift, OutputShift = -OutputShift },
        ActivationKind.Sigmoid when InputShift < 0 => this with { InputShift = -InputShift, OutputShift = -1 - OutputShift },
        ActivationKind.Sin when InputShift > Math.PI => this with { InputShift = (2 * Math.PI) - InputShift, OutputShift = -OutputShift },
        _ => this,
    };

    private static ConfigurationException Unreachable(string setting, ActivationKind kind, NetworkTopology topology, double target) =>
        new($"ShapedActivation.{setting}", $"one that {kind} can reach in {topology}: no scales and shifts give it", target);
}
