using Deep.Parity.Cases;
using static TorchSharp.torch;

namespace Deep.Parity.Comparison;

/// <summary>Collects what an adapter computed for a case and holds it against what the reference computed.</summary>
public sealed class CaseCheck(ParityCase parity)
{
    private readonly HashSet<string> given = [];
    private readonly List<string> failures = [];
    private readonly List<string> lacking = [];

    /// <summary>Largest absolute difference so far.</summary>
    public double LargestError { get; private set; }

    /// <summary>Largest allowed difference of what was compared; the case's own where it states one.</summary>
    public double Tolerance { get; private set; } = parity.AbsoluteTolerance ?? 0;

    /// <summary>What the case asks for that is not built yet; the case is skipped if all the rest agrees.</summary>
    public string? NotBuilt => lacking.Count == 0 ? null : $"not built yet: {string.Join(", ", lacking.Distinct())}";

    /// <summary>What differs, one sentence each.</summary>
    public IReadOnlyList<string> Failures => failures;

    /// <summary>Whether the case expects an output of that name.</summary>
    public bool Wants(string name) => parity.Wants(name);

    /// <summary>Gives an output by the reference's name; one that the case does not expect is not compared.</summary>
    /// <param name="name">The reference's name.</param>
    /// <param name="value">In the reference's layout. Not disposed.</param>
    public void Give(string name, Tensor value)
    {
        if (Wants(name))
        {
            Give(name, value.shape, CaseTensors.ToNumbers(value));
        }
    }

    /// <summary>Gives an output as plain numbers, row-major.</summary>
    public void Give(string name, IReadOnlyList<long> shape, double[] values)
    {
        given.Add(name);
        foreach (var output in parity.Outputs.Where(o => o.Name == name))
        {
            var error = OutputComparer.Compare(output, shape, values, Tolerance, out var difference);
            LargestError = Worse(LargestError, error);
            if (difference is not null)
            {
                failures.Add(difference);
            }
        }
    }

    /// <summary>Compares numbers that a case holds outside of its outputs.</summary>
    /// <param name="what">What the numbers are, for the message.</param>
    /// <param name="expected">The reference's numbers.</param>
    /// <param name="actual">Ours.</param>
    /// <param name="tolerance">Largest allowed absolute difference.</param>
    public void Agree(string what, IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance)
    {
        Tolerance = Math.Max(Tolerance, tolerance);
        if (expected.Count != actual.Count)
        {
            failures.Add($"{what} has {actual.Count} numbers, expected {expected.Count}");
            return;
        }

        var worst = 0.0;
        for (var i = 0; i < expected.Count; i++)
        {
            worst = Worse(worst, OutputComparer.Distance(expected[i], actual[i]));
        }

        LargestError = Worse(LargestError, worst);
        if (!(worst <= tolerance))
        {
            failures.Add(FormattableString.Invariant($"{what} differs by {worst:G3}, allowed {tolerance:G3}"));
        }
    }

    /// <summary>Says that a part of the case waits for code that is not there yet.</summary>
    public void Lacks(string part) => lacking.Add(part);

    /// <summary>Ends the case: an output that nobody gave or a setting that nobody read is a failure.</summary>
    public void Close()
    {
        if (NotBuilt is not null)
        {
            return;
        }

        if (parity.Format == "deep-parity/1")
        {
            failures.AddRange(MissingOutputs());
        }

        if (parity.Config.Unread.ToList() is { Count: > 0 } unread)
        {
            failures.Add($"the settings {string.Join(", ", unread)} are not known to the adapter");
        }
    }

    private IEnumerable<string> MissingOutputs() =>
        parity.Outputs.Where(o => !given.Contains(o.Name)).Select(o => $"the output {o.Name} is not known to the adapter");

    private static double Worse(double a, double b) => double.IsNaN(a) || double.IsNaN(b) ? double.NaN : Math.Max(a, b);
}
