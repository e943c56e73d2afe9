using System.ComponentModel;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep doctor</c> can be told.</summary>
internal sealed class DoctorSettings : CommandSettings
{
    [CommandOption("--json")]
    [Description("Writes one JSON document to the output, and nothing else.")]
    public bool Json { get; init; }
}
