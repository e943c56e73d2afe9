using Deep.Parity.Cases;
using Deep.Parity.Comparison;

namespace Deep.Parity.Families.Transformers;

/// <summary>Transformers of two public repositories, computed by our one general block (the training cases of format deep-parity/1).</summary>
public sealed class TransformerFamily : IParityFamily
{
    private const string SimplEsT = "SimplEsTViT";

    /// <inheritdoc/>
    public bool Owns(ParityCase parity) =>
        parity.Family == "training" && parity.Format == "deep-parity/1"
        && (parity.Model == SimplEsT || parity.Model.StartsWith("myGPT2Block", StringComparison.Ordinal));

    /// <inheritdoc/>
    public void Run(ParityCase parity, SharedFolder folder, CaseCheck check)
    {
        if (parity.Model == SimplEsT)
        {
            SimplEsTCase.Run(parity, check);
        }
        else
        {
            SimplifiedBlockCase.Run(parity, check);
        }
    }
}
