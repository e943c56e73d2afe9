using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Parity.Families.Pictures;

namespace Deep.Parity.Families.NFNets;

/// <summary>Normalizer-Free networks and the parts of their recipe, against timm and DeepMind's own code.</summary>
public sealed class NFNetFamily : IParityFamily
{
    /// <inheritdoc/>
    public bool Owns(ParityCase parity) => parity.Family == "nfnet";

    /// <inheritdoc/>
    public void Run(ParityCase parity, SharedFolder folder, CaseCheck check)
    {
        switch (parity.Config.Text("op", "forward"))
        {
            case "forward":
                ForwardCase.Run(parity, check);
                break;
            case "ws_conv":
                UnitCases.Convolution(parity, check);
                break;
            case "stoch_depth":
                UnitCases.StochasticDepth(parity, check);
                break;
            case "preprocess":
                EvaluationCase.Run(parity, folder, check);
                break;
            case "agc":
                ClippingCase.Run(parity, check);
                break;
            case "loss":
                RecipeCases.Loss(parity, check);
                break;
            case "mix":
                RecipeCases.Mix(parity, check);
                break;
            case "schedules":
                RecipeCases.Schedules(parity, check);
                break;
            case "randaugment":
                RandAugmentCase.Run(parity, check);
                break;
            case "train":
                TrainingCase.Run(parity, check);
                break;
            case var other:
                throw new MalformedCaseException($"the op {other} is not known");
        }
    }
}
