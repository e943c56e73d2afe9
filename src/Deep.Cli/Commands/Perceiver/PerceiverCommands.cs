using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary>The commands below <c>deep perceiver</c> that use a model.</summary>
internal static class PerceiverCommands
{
    /// <summary>Adds them.</summary>
    public static void AddTo(IConfigurator<CommandSettings> perceiver)
    {
        perceiver.AddCommand<PerceiverFillCommand>("fill")
            .WithDescription("Fills hidden bytes of a text.")
            .WithExample("perceiver", "fill", "words are[MASK][MASK][MASK][MASK]", "--model", "hf:deepmind/language-perceiver")
            .WithExample("perceiver", "fill", "where some words are missing.", "--hide", " missing", "--model", "bytes.safetensors");
        perceiver.AddCommand<PerceiverClassifyCommand>("classify")
            .WithDescription("Names pictures, or the surfaces of .obj files.")
            .WithExample("perceiver", "classify", "photo.jpg", "--model", "hf:deepmind/vision-perceiver-fourier")
            .WithExample("perceiver", "classify", "bunny.obj", "--model", "points.safetensors", "--json");
        perceiver.AddCommand<PerceiverFlowCommand>("flow")
            .WithDescription("Estimates and draws where each pixel of a picture goes in the next one.")
            .WithExample("perceiver", "flow", "one.png", "two.png", "--model", "hf:deepmind/optical-flow-perceiver", "--flo", "flow.flo");
        perceiver.AddCommand<PerceiverAutoencodeCommand>("autoencode")
            .WithDescription("Squeezes a clip with its sound into latents, and shows what comes back.")
            .WithExample("perceiver", "autoencode", "clip.gif", "--audio", "clip.wav", "--model", "hf:deepmind/multimodal-perceiver");
    }
}
