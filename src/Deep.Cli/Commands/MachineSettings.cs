using System.ComponentModel;
using Spectre.Console;
using Spectre.Console.Cli;
using static Deep.Cli.Commands.OptionRule;

namespace Deep.Cli.Commands;

/// <summary>What commands that compute at length can be told about where they do so.</summary>
internal abstract class MachineSettings : CommandSettings
{
    [CommandOption("--threads <COUNT>")]
    [Description("Threads of the CPU; default: all cores.")]
    public int? Threads { get; init; }

    [CommandOption("--device <NAME>")]
    [Description("cpu, cuda, cuda:N or auto.")]
    [DefaultValue("auto")]
    public string Device { get; init; } = "auto";

    public override ValidationResult Validate() =>
        Check(Threads is null or (>= 1 and <= 1024), "--threads", "from 1 to 1024", Threads) ?? ValidationResult.Success();
}
