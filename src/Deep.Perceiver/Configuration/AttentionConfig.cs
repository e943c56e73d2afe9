namespace Deep.Perceivers;

/// <summary>One kind of attention block: heads, widths and the MLP behind it.</summary>
/// <remarks>
/// The defaults are DeepMind's. lucidrains' blocks: <c>new AttentionConfig { Heads = h, QueryKeyWidth = h * 64,
/// ValueWidth = h * 64, Widening = 4, GatedMlp = true, ProjectionBias = false }</c>.
/// </remarks>
public sealed record AttentionConfig
{
    /// <summary>Heads, 1 or more; divide both widths. Default 1.</summary>
    public int Heads { get; init; } = 1;

    /// <summary>
    /// Channels of queries and keys over all heads; null, the default: those of the input (self-attention) or those that
    /// <see cref="Shape"/> says (cross-attention).
    /// </summary>
    public int? QueryKeyWidth { get; init; }

    /// <summary>Channels of values over all heads; null, the default: as <see cref="QueryKeyWidth"/>.</summary>
    public int? ValueWidth { get; init; }

    /// <summary>The side that decides the default width of a cross-attend. Default the context.</summary>
    public AttentionShape Shape { get; init; }

    /// <summary>Hidden width of the MLP as a multiple of its channels, 1 or more. Default 1.</summary>
    public int Widening { get; init; } = 1;

    /// <summary>True: the MLP's hidden layer is gated, x * GELU(gate) (lucidrains). Default false.</summary>
    public bool GatedMlp { get; init; }

    /// <summary>False: attention without the MLP behind it (lucidrains' decoder). Default true.</summary>
    public bool Mlp { get; init; } = true;

    /// <summary>False: queries, keys and values are projected without bias (lucidrains). Default true.</summary>
    public bool ProjectionBias { get; init; } = true;

    internal void Validate(string setting)
    {
        Require.That(Heads >= 1, $"{setting}.{nameof(Heads)}", "1 or more", Heads);
        Require.That(Widening >= 1, $"{setting}.{nameof(Widening)}", "1 or more", Widening);
        RequireDivided(QueryKeyWidth, $"{setting}.{nameof(QueryKeyWidth)}");
        RequireDivided(ValueWidth, $"{setting}.{nameof(ValueWidth)}");
    }

    /// <summary>Widths of queries and keys, and of values, for inputs of these channels.</summary>
    internal (int QueryKey, int Value) Widths(int queryChannels, int contextChannels, string setting)
    {
        var queryKey = QueryKeyWidth ?? (Shape == AttentionShape.Context ? contextChannels : queryChannels);
        var value = ValueWidth ?? queryKey;
        Require.That(queryKey % Heads == 0 && value % Heads == 0, $"{setting}.{nameof(Heads)}",
            $"a divisor of the widths {queryKey} (queries and keys) and {value} (values)", Heads);
        return (queryKey, value);
    }

    private void RequireDivided(int? width, string setting) => Require.That(width is null || (width > 0 && width % Heads == 0),
        setting, $"a multiple of the {Heads} heads", width);
}
