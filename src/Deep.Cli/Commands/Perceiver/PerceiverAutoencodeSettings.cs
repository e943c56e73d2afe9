using System.ComponentModel;
using Spectre.Console;
using Spectre.Console.Cli;
using static Deep.Cli.Commands.OptionRule;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep perceiver autoencode</c> can be told.</summary>
internal sealed class PerceiverAutoencodeSettings : PerceiverSettings
{
    [CommandArgument(0, "<CLIP>")]
    [Description("An animated GIF or WebP file, or a folder of pictures in the order of their names.")]
    public string Clip { get; init; } = "";

    [CommandOption("--audio <WAV>")]
    [Description("The sound from the first frame on; default: silence.")]
    public string? Audio { get; init; }

    [CommandOption("--start <FRAME>")]
    [Description("The first frame that is taken.")]
    [DefaultValue(0)]
    public int Start { get; init; }

    [CommandOption("--out <FOLDER>")]
    [Description("A new folder for the frames and the sound that come back.")]
    [DefaultValue("reconstruction")]
    public string Out { get; init; } = "reconstruction";

    [CommandOption("--chunk <QUERIES>")]
    [Description("Outputs that are decoded at once: more take more memory.")]
    [DefaultValue(65536)]
    public int Chunk { get; init; } = 65_536;

    [CommandOption("--top <K>")]
    [Description("Labels that are named.")]
    [DefaultValue(5)]
    public int Top { get; init; } = 5;

    [CommandOption("--labels <FILE>")]
    [Description("A text file with one label a line, for a model that carries none.")]
    public string? Labels { get; init; }

    public override ValidationResult Validate() =>
        Check(Chunk is >= 1 and <= 1 << 24, "--chunk", "from 1 to 16777216", Chunk)
            ?? Check(Top >= 1, "--top", "at least 1", Top)
            ?? Check(Start >= 0, "--start", "at least 0", Start)
            ?? base.Validate();
}
