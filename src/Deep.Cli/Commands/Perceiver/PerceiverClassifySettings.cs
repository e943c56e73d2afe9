using System.ComponentModel;
using Spectre.Console;
using Spectre.Console.Cli;
using static Deep.Cli.Commands.OptionRule;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep perceiver classify</c> can be told.</summary>
internal sealed class PerceiverClassifySettings : PerceiverSettings
{
    [CommandArgument(0, "<FILES>")]
    [Description("Pictures or folders of pictures; .obj files for a model of point clouds.")]
    public string[] Files { get; init; } = [];

    [CommandOption("--top <K>")]
    [Description("Predictions for each file.")]
    [DefaultValue(5)]
    public int Top { get; init; } = 5;

    [CommandOption("--points <M>")]
    [Description("Points that are sampled of each .obj file.")]
    [DefaultValue(2048)]
    public int Points { get; init; } = 2048;

    [CommandOption("--labels <FILE>")]
    [Description("A text file with one label a line, for a model that carries none.")]
    public string? Labels { get; init; }

    /// <summary>Whether the files are surfaces, not pictures.</summary>
    public bool AreMeshes => Files.All(file => Path.GetExtension(file).Equals(".obj", StringComparison.OrdinalIgnoreCase));

    public override ValidationResult Validate() =>
        Check(Top >= 1, "--top", "at least 1", Top)
            ?? Check(Points is >= 1 and <= 1 << 20, "--points", "from 1 to 1048576", Points)
            ?? base.Validate();
}
