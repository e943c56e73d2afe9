namespace Deep.Training.SignalPropagation;

/// <summary>How a language model continues a text.</summary>
public sealed record GenerationOptions
{
    /// <summary>Tokens to write, 0 or more. Default 256.</summary>
    public int Tokens { get; init; } = 256;

    /// <summary>Logits are divided by this before sampling; 0: always the likeliest token. Default 1.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Only the likeliest k tokens are drawn from; 0: all. Default 0.</summary>
    public int TopK { get; init; }

    /// <summary>Only the likeliest tokens are drawn from that together have this probability, (0, 1]. Default 1: all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Decides the draws: the same seed writes the same text.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Positions that the model may look back on; when it is full, the older half is forgotten and the rest read anew. 0: the length that
    /// the model is made for. Default 0.
    /// </summary>
    public int Window { get; init; }

    /// <summary>A token that ends the text, and is not given; null: none.</summary>
    public long? StopToken { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        const string Record = nameof(GenerationOptions);
        ConfigurationRequirement.That(Tokens >= 0, Record, nameof(Tokens), "0 or more", Tokens);
        ConfigurationRequirement.That(Temperature >= 0 && double.IsFinite(Temperature), Record, nameof(Temperature), "0 (the likeliest) or more", Temperature);
        ConfigurationRequirement.That(TopK >= 0, Record, nameof(TopK), "0 (all) or more", TopK);
        ConfigurationRequirement.That(TopP is > 0 and <= 1, Record, nameof(TopP), "in (0, 1]", TopP);
        ConfigurationRequirement.That(Window is 0 or >= 2, Record, nameof(Window), "0 (the model's length), or 2 or more", Window);
    }
}
