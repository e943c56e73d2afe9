using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary><c>deep finetune</c> alone: says what is missing.</summary>
internal sealed class FinetuneCommand : Command<EmptyCommandSettings>
{
    public override int Execute(
        CommandContext context, EmptyCommandSettings settings, CancellationToken cancellationToken) =>
        throw new WrongInputException("Say what to fine-tune on, as in 'deep finetune images <folder or zip>'.");
}
