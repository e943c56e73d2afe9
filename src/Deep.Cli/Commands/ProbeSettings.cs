using System.ComponentModel;
using Spectre.Console;
using Spectre.Console.Cli;
using static Deep.Cli.Commands.OptionRule;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep probe</c> can be told.</summary>
internal sealed class ProbeSettings : TransformerSettings
{
    /// <summary>The tokens of a model that is described by options alone: as many as tiny-shakespeare has characters.</summary>
    public const int Tokens = 65;

    [CommandArgument(0, "[MODEL]")]
    [Description("A configuration's JSON file or a saved model; without one, the options below describe a new model.")]
    public string? Model { get; init; }

    [CommandOption("--text <FILE>")]
    [Description("The text that is read; without one, tokens are drawn at random.")]
    public string? Text { get; init; }

    [CommandOption("--length <COUNT>")]
    [Description("Positions; default: those that the model is trained on, at most 256.")]
    public int? Length { get; init; }

    [CommandOption("--batch <COUNT>")]
    [Description("Sequences at a time.")]
    [DefaultValue(4)]
    public int Batch { get; init; } = 4;

    [CommandOption("--plot <FILE>")]
    [Description("Draws a picture: measurement, theory and verdict.")]
    public string? Plot { get; init; }

    [CommandOption("--json")]
    [Description("Writes one JSON document to the output, and nothing else.")]
    public bool Json { get; init; }

    public override ValidationResult Validate() =>
        Check(Length is null or (>= 2 and <= 100_000), "--length", "from 2 to 100000", Length)
        ?? Check(Batch is >= 1 and <= 100_000, "--batch", "from 1 to 100000", Batch)
        ?? Check(
            Plot is null || Path.GetExtension(Plot).Equals(".png", StringComparison.OrdinalIgnoreCase), "--plot", "a file that ends in .png", Plot)
        ?? base.Validate();
}
