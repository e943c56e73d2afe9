using System.ComponentModel;
using Deep.Training.SignalPropagation;
using Spectre.Console;
using Spectre.Console.Cli;
using static Deep.Cli.Commands.OptionRule;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep generate</c> can be told.</summary>
internal sealed class GenerateSettings : MachineSettings
{
    [CommandArgument(0, "<MODEL>")]
    [Description("The model's file, such as runs/book/model.safetensors.")]
    public string Model { get; init; } = "";

    [CommandOption("--prompt <TEXT>")]
    [Description("The text that the model goes on with; default: the start of a line.")]
    public string? Prompt { get; init; }

    [CommandOption("--tokens <COUNT>")]
    [Description("Tokens to write.")]
    [DefaultValue(500)]
    public int Tokens { get; init; } = 500;

    [CommandOption("--temperature <NUMBER>")]
    [Description("Logits are divided by it; below 1 more likely text, 0 always the likeliest token.")]
    [DefaultValue(0.8)]
    public double Temperature { get; init; } = 0.8;

    [CommandOption("--top-k <COUNT>")]
    [Description("Draws from the likeliest tokens only; 0: from all.")]
    [DefaultValue(0)]
    public int TopK { get; init; }

    [CommandOption("--top-p <SHARE>")]
    [Description("Draws from the likeliest tokens that together have this probability.")]
    [DefaultValue(1.0)]
    public double TopP { get; init; } = 1;

    [CommandOption("--seed <NUMBER>")]
    [Description("The same seed writes the same text.")]
    [DefaultValue(0L)]
    public long Seed { get; init; }

    /// <summary>The options for the model.</summary>
    public GenerationOptions Options => new()
    {
        Tokens = Tokens,
        Temperature = Temperature,
        TopK = TopK,
        TopP = TopP,
        Seed = (ulong)Seed,
    };

    public override ValidationResult Validate() =>
        Check(Prompt is null or { Length: > 0 }, "--prompt", "a text of one character or more", "an empty one")
        ?? Check(Tokens >= 1, "--tokens", "1 or more", Tokens)
        ?? Check(Temperature is >= 0 and <= double.MaxValue, "--temperature", "0 or more", Temperature)
        ?? Check(TopK >= 0, "--top-k", "0 or more", TopK)
        ?? Check(TopP is > 0 and <= 1, "--top-p", "above 0 and at most 1", TopP)
        ?? Check(Seed >= 0, "--seed", "0 or more", Seed)
        ?? base.Validate();
}
