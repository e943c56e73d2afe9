using System.ComponentModel;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep classify</c> can be told.</summary>
internal sealed class ClassifySettings : CommandSettings
{
    [CommandArgument(0, "<PICTURES>")]
    [Description("Pictures, or folders that are searched for pictures.")]
    public string[] Pictures { get; init; } = [];

    [CommandOption("--model <MODEL>")]
    [Description("A file, 'hf:owner/name[[@revision]]' or a published variant; default: the tool's own small model.")]
    public string? Model { get; init; }

    [CommandOption("--top <K>")]
    [Description("Predictions for each picture.")]
    [DefaultValue(5)]
    public int Top { get; init; } = 5;

    [CommandOption("--json")]
    [Description("Writes one JSON document to the output, and nothing else.")]
    public bool Json { get; init; }

    [CommandOption("--sheet <PNG>")]
    [Description("Also draws the pictures with their labels and bars.")]
    public string? Sheet { get; init; }

    [CommandOption("--device <NAME>")]
    [Description("cpu, cuda, cuda:N or auto.")]
    [DefaultValue("auto")]
    public string Device { get; init; } = "auto";

    [CommandOption("--precision <TYPE>")]
    [Description("f32, bf16 or f16: what is computed in.")]
    [DefaultValue("f32")]
    public string Precision { get; init; } = "f32";

    [CommandOption("--labels <FILE>")]
    [Description("A text file with one label a line, for a model that carries none.")]
    public string? Labels { get; init; }

    public override ValidationResult Validate()
    {
        if (Top < 1)
        {
            return ValidationResult.Error($"--top must be at least 1; found {Top}.");
        }

        return Sheet is null || Path.GetExtension(Sheet).Equals(".png", StringComparison.OrdinalIgnoreCase)
            ? ValidationResult.Success()
            : ValidationResult.Error($"--sheet writes a PNG, so its name ends in .png; found '{Sheet}'.");
    }
}
