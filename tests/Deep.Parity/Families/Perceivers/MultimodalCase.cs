using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Perceivers;
using static TorchSharp.torch;

namespace Deep.Parity.Families.Perceivers;

/// <summary>Hugging Face's multimodal autoencoder, decoding a part of the pixels and of the sound.</summary>
internal static class MultimodalCase
{
    /// <summary>Computes picture, sound and label.</summary>
    public static void Run(ParityCase parity, CaseCheck check)
    {
        using var inference = inference_mode();
        var config = HuggingFaceCaseConfig.Read(parity.Config, parity.Config.Text("hf_class"));
        var probabilities = parity.Config.Section("mask_probs");
        if (probabilities.Keys.Any())
        {
            config = config with
            {
                Preprocessor = (MultimodalConfig)config.Preprocessor with
                {
                    MaskProbabilities = probabilities.Keys.ToDictionary(name => name, name => probabilities.Number(name)),
                },
            };
        }

        check.Agree("the channels of the input array", [parity.Config.Whole("d_model")], [config.Preprocessor.Channels], 0);
        using var checkpoint = new UnitVariance(parity);
        using var network = PerceiverCheckpoint.Load(checkpoint, new() { Config = config });
        var input = PerceiverInput.Of(parity.Inputs.ToDictionary(i => i.Name, CaseTensors.ToTensor));
        var outputs = network.Run(input, Selection(parity.Config.Section("subsampling")));
        foreach (var (name, output) in outputs)
        {
            check.Give(name, output);
        }

        check.Give("last_hidden_state", network.Encode(input));
    }

    // From the first to before the last, of the flat grid.
    private static QuerySelection? Selection(CaseConfig subsampling) => !subsampling.Keys.Any() ? null
        : QuerySelection.Of(subsampling.Keys.ToDictionary(name => name, name =>
        {
            var range = subsampling.Integers(name);
            return arange(range[0], range[1]);
        }));
}
