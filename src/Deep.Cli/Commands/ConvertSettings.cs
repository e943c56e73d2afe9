using System.ComponentModel;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep convert</c> can be told.</summary>
internal sealed class ConvertSettings : CommandSettings
{
    [CommandArgument(0, "<IN>")]
    [Description("A checkpoint: .safetensors, its .index.json, .pth, .npz or DeepMind's Haiku file.")]
    public string In { get; init; } = "";

    [CommandArgument(1, "<OUT>")]
    [Description("The new file; its name ends in .safetensors, .pth or .npz.")]
    public string Out { get; init; } = "";

    [CommandOption("--naming <NAMES>")]
    [Description("Names and layouts of the new file: 'timm' or 'deepmind'; default: as in the old one.")]
    public string? Naming { get; init; }

    [CommandOption("--dtype <TYPE>")]
    [Description("Type of the numbers: f32, bf16 or f16; default: as in the old one.")]
    public string? Type { get; init; }

    public override ValidationResult Validate() => Naming is null or "timm" or "deepmind"
        ? ValidationResult.Success()
        : ValidationResult.Error($"--naming is 'timm' or 'deepmind'; found '{Naming}'.");
}
