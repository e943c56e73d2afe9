using System.Globalization;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Perceivers;
using static TorchSharp.torch;

namespace Deep.Parity.Families.Perceivers;

/// <summary>A whole model of Hugging Face's with one input: logits, latents, attention maps and latents of layers.</summary>
internal static class ModelCase
{
    private const string AverageProject = "PerceiverModel(Fourier pixels)+PerceiverProjectionDecoder";

    /// <summary>Computes the outputs.</summary>
    public static void Run(ParityCase parity, CaseCheck check)
    {
        using var inference = inference_mode();
        var config = Config(parity.Config);
        if (parity.Config.Has("d_model"))
        {
            check.Agree("the channels of the input array", [parity.Config.Whole("d_model")], [config.Preprocessor.Channels], 0);
        }

        using var checkpoint = new UnitVariance(parity);
        using var network = PerceiverCheckpoint.Load(checkpoint, new() { Config = config, KeepKernels = true });
        using var tensor = parity.Tensor("inputs");
        var mask = parity.Inputs.Any(input => input.Name == "attention_mask") ? parity.Tensor("attention_mask").ne(0) : null;
        var input = PerceiverInput.Of(tensor, mask);
        if (check.Wants("logits"))
        {
            check.Give("logits", network.Run(input).Values.Single());
        }

        check.Give("last_hidden_state", network.Encode(input));
        if (parity.Outputs.Any(output => output.Name is not ("logits" or "last_hidden_state")))
        {
            GiveTrace(network, input, check);
        }
    }

    private static PerceiverConfig Config(CaseConfig config)
    {
        if (config.Text("hf_class") is not AverageProject)
        {
            return HuggingFaceCaseConfig.Read(config, config.Text("hf_class"));
        }

        var positions = HuggingFaceCaseConfig.Fourier(config.Section("fourier_position_encoding_kwargs"));
        return HuggingFaceCaseConfig.Read(config, "PerceiverModel") with
        {
            Preprocessor = new PixelsConfig { Positions = positions },
            Decoder = new AverageProjectDecoderConfig { Classes = config.Whole("num_labels", 2) },
        };
    }

    // Their list of latents has those between two blocks twice.
    private static void GiveTrace(Perceiver network, PerceiverInput input, CaseCheck check)
    {
        using var trace = network.Trace(input);
        check.Give("cross_attention_encoder", trace.EncoderCross[0]);
        if (trace.DecoderCross is { } map)
        {
            check.Give("cross_attention_decoder", map);
        }

        for (var i = 0; i < trace.SelfAttention.Count; i++)
        {
            check.Give(string.Create(CultureInfo.InvariantCulture, $"self_attention_{i}"), trace.SelfAttention[i]);
        }

        var (states, layers) = (new List<Tensor>(), network.Config.LayersPerBlock);
        for (var block = 0; block < network.Config.Blocks; block++)
        {
            states.AddRange(Enumerable.Range(block * layers, layers + 1).Select(i => trace.Latents[i]));
        }

        for (var i = 0; i < states.Count; i++)
        {
            check.Give(string.Create(CultureInfo.InvariantCulture, $"hidden_state_{i}"), states[i]);
        }

        check.Give("hidden_state_mid", states[states.Count / 2]);
    }
}
