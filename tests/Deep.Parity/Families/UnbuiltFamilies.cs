using Deep.Parity.Cases;
using Deep.Parity.Comparison;

namespace Deep.Parity.Families;

/// <summary>Cases of packages and parts that the suite does not have yet. A line goes when its part is built.</summary>
public sealed class UnbuiltFamilies : IParityFamily
{
    private static readonly string[] Packages =
        ["audio", "flamingo", "flamingo_text", "gemini", "nowcast_metrics"];

    /// <inheritdoc/>
    public bool Owns(ParityCase parity) =>
        Packages.Contains(parity.Family)
        || (parity.Family == "training" && parity.Format == "deep-parity/1");

    /// <inheritdoc/>
    public void Run(ParityCase parity, SharedFolder folder, CaseCheck check) =>
        check.Lacks(parity.Family == "training" ? parity.Model : $"the family {parity.Family}");
}
