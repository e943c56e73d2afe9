namespace Deep.Parity;

/// <summary>How a case ended.</summary>
public enum CaseStatus
{
    /// <summary>Everything agrees.</summary>
    Pass,

    /// <summary>Something differs, or the case could not be computed.</summary>
    Fail,

    /// <summary>The case belongs to a part that is not built.</summary>
    Skip,
}

/// <summary>One line of the report.</summary>
public sealed record CaseResult(CaseStatus Status, string Model, string Case, double LargestError, double Tolerance, double Seconds, string? Reason)
{
    /// <summary>"STATUS family/model case max_abs_err atol seconds", then the reason, if there is one.</summary>
    public override string ToString()
    {
        var line = FormattableString.Invariant(
            $"{Status.ToString().ToUpperInvariant()} {OneWord(Model)} {OneWord(Case)} {LargestError:0.00e+00} {Tolerance:0.##e+00} {Seconds:0.00}");
        return Reason is null ? line : $"{line} {Reason.ReplaceLineEndings(" ")}";
    }

    // Fields are separated by single spaces, and models have names such as "DeepMind NFNet F0".
    private static string OneWord(string name) => string.Join('_', name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
