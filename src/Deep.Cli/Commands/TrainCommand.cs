using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary><c>deep train</c> alone: says what is missing.</summary>
internal sealed class TrainCommand : Command<EmptyCommandSettings>
{
    public override int Execute(
        CommandContext context, EmptyCommandSettings settings, CancellationToken cancellationToken) =>
        throw new WrongInputException("Say what to train on, as in 'deep train images <folder or zip>' or 'deep train text <files>'.");
}
