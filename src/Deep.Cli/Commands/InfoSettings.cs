using System.ComponentModel;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep info</c> can be told.</summary>
internal sealed class InfoSettings : CommandSettings
{
    [CommandArgument(0, "[MODEL]")]
    [Description("A published variant or a checkpoint file; without one, all variants are listed.")]
    public string? Model { get; init; }

    [CommandOption("--layers")]
    [Description("Also lists every layer with the shape of its output, or every tensor of the file.")]
    public bool Layers { get; init; }

    [CommandOption("--size <PIXELS>")]
    [Description("Counts multiply-adds at this picture size as well.")]
    public int? Size { get; init; }

    [CommandOption("--json")]
    [Description("Writes one JSON document to the output, and nothing else.")]
    public bool Json { get; init; }

    public override ValidationResult Validate() => Size is null or (>= 1 and <= 16_384)
        ? ValidationResult.Success()
        : ValidationResult.Error($"--size must be from 1 to 16384 pixels; found {Size}.");
}
