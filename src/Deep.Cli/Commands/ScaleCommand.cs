using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary><c>deep scale</c> alone: says what is missing.</summary>
internal sealed class ScaleCommand : Command<EmptyCommandSettings>
{
    public override int Execute(
        CommandContext context, EmptyCommandSettings settings, CancellationToken cancellationToken) =>
        throw new WrongInputException("Say what to scale, as in 'deep scale images <grid.json>'.");
}
