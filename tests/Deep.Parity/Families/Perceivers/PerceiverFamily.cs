using Deep.Parity.Cases;
using Deep.Parity.Comparison;

namespace Deep.Parity.Families.Perceivers;

/// <summary>Perceiver and Perceiver IO against DeepMind, Hugging Face, krasserm and lucidrains.</summary>
public sealed class PerceiverFamily : IParityFamily
{
    /// <inheritdoc/>
    public bool Owns(ParityCase parity) => parity.Family == "perceiver";

    /// <inheritdoc/>
    public void Run(ParityCase parity, SharedFolder folder, CaseCheck check)
    {
        switch (Path.GetFileNameWithoutExtension(parity.File))
        {
            case "golden_tokenizer": TokenizerCase.Run(parity, check); break;
            case "golden_flow_pipeline": FlowPipelineCase.Run(parity, check); break;
            default: check.Lacks("perceiver models"); break;
        }
    }
}
