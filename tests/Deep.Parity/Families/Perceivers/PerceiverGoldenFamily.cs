using Deep.Parity.Cases;
using Deep.Parity.Comparison;

namespace Deep.Parity.Families.Perceivers;

/// <summary>What stands between files and Perceivers: the byte tokenizer and the pipeline of optical flow, from literal data.</summary>
public sealed class PerceiverGoldenFamily : IParityFamily
{
    /// <inheritdoc/>
    public bool Owns(ParityCase parity) => parity.Family == "perceiver" && parity.Format == "deep-golden/1";

    /// <inheritdoc/>
    public void Run(ParityCase parity, SharedFolder folder, CaseCheck check)
    {
        switch (Path.GetFileNameWithoutExtension(parity.File))
        {
            case "golden_tokenizer":
                TokenizerCase.Run(parity, check);
                break;
            case "golden_flow_pipeline":
                FlowPipelineCase.Run(parity, check);
                break;
            case var other:
                throw new MalformedCaseException($"the golden data {other} are not known");
        }
    }
}
