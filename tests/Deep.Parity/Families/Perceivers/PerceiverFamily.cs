using Deep.Parity.Cases;
using Deep.Parity.Comparison;

namespace Deep.Parity.Families.Perceivers;

/// <summary>Perceiver and Perceiver IO, against Hugging Face, DeepMind's semantics, krasserm and lucidrains.</summary>
public sealed class PerceiverFamily : IParityFamily
{
    /// <inheritdoc/>
    public bool Owns(ParityCase parity) => parity.Family == "perceiver" && parity.Format == "deep-parity/1";

    /// <inheritdoc/>
    public void Run(ParityCase parity, SharedFolder folder, CaseCheck check)
    {
        // Which names are of one tensor follows from the settings.
        parity.Config.Informational("aliases");
        switch (parity.Model.Split('.', 2)[0])
        {
            case "krasserm":
                KrassermCase.Run(parity, check);
                break;
            case "lucidrains":
                LucidrainsCase.Run(parity, check);
                break;
            default:
                RunHuggingFace(parity, check);
                break;
        }
    }

    private static void RunHuggingFace(ParityCase parity, CaseCheck check)
    {
        switch (parity.Config.Text("hf_class"))
        {
            case "PerceiverImagePreprocessor" or "PerceiverAudioPreprocessor" or "PerceiverTextPreprocessor"
                or "PerceiverOneHotPreprocessor":
                PreprocessorCase.Run(parity, check);
                break;
            case "PerceiverBasicDecoder":
                DecoderCase.Run(parity, check);
                break;
            case "PerceiverBasicDecoder.decoder_query":
                DecoderCase.Queries(parity, check);
                break;
            case "PerceiverForMultimodalAutoencoding":
                MultimodalCase.Run(parity, check);
                break;
            default:
                ModelCase.Run(parity, check);
                break;
        }
    }
}
