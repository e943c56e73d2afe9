using Deep.Cli.Models;
using Deep.Cli.Reporting;
using Deep.Tensors;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary><c>deep generate</c>: lets a trained transformer go on with a text, and writes it as it comes.</summary>
internal sealed class GenerateCommand(Terminal terminal) : Command<GenerateSettings>
{
    // What a text usually has before it: the model has seen many lines begin so.
    private const string LineStart = "\n";

    public override int Execute(CommandContext context, GenerateSettings settings, CancellationToken cancellationToken)
    {
        ComputeThreads.Use(settings.Threads ?? 0);
        using var language = LanguageModel.Load(settings.Model, Devices.Resolve(settings.Device));
        var vocabulary = language.Vocabulary ?? throw new WrongInputException(
            $"'{settings.Model}' has no vocabulary; expected a model of 'deep train text'.");
        var prompt = settings.Prompt ?? LineStart;
        var tokens = vocabulary.Encode(prompt);
        if (tokens.Length == 0)
        {
            throw new WrongInputException($"--prompt must be a text of one token or more; found '{prompt}'.");
        }

        var decoder = vocabulary.NewDecoder();
        terminal.Output.Write(settings.Prompt);
        foreach (var token in language.Model.Generate([.. tokens.Select(token => (long)token)], settings.Options, cancellationToken))
        {
            terminal.Output.Write(decoder.Add((int)token));
            terminal.Output.Flush();
        }

        terminal.Output.WriteLine(decoder.Finish());
        return ExitCode.Success;
    }
}
