using Deep.Parity.Cases;
using Deep.Parity.Comparison;

namespace Deep.Parity.Families.Pictures;

/// <summary>Evaluation transforms against Pillow and torchvision.</summary>
public sealed class PreprocessFamily : IParityFamily
{
    /// <inheritdoc/>
    public bool Owns(ParityCase parity) => parity.Family == "preprocess";

    /// <inheritdoc/>
    public void Run(ParityCase parity, SharedFolder folder, CaseCheck check)
    {
        if (parity.Model != "eval_transform")
        {
            throw new MalformedCaseException($"the model {parity.Model} is not known");
        }

        EvaluationCase.Run(parity, folder, check);
    }
}
