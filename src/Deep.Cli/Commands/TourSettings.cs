using System.ComponentModel;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep tour</c> can be told.</summary>
internal sealed class TourSettings : CommandSettings
{
    [CommandOption("--out <FOLDER>")]
    [Description("Where the page goes.")]
    [DefaultValue("artifacts/tour")]
    public string Out { get; init; } = "artifacts/tour";

    [CommandOption("--model <FILE>")]
    [Description("Another model for the NFNet chapter; default: the tool's own.")]
    public string? Model { get; init; }

    [CommandOption("--pictures <FOLDER>")]
    [Description("JPEG files for the NFNet chapter, named after what they show; default: the tool's gallery.")]
    public string? Pictures { get; init; }
}
