namespace Deep.Perceivers;

/// <summary>DeepMind's basic decoder: one query for each output, [B, O, K].</summary>
public sealed record QueryDecoderConfig : DecoderConfig
{
    /// <summary>The queries; null: the caller brings them, of <see cref="GivenChannels"/> channels.</summary>
    public QueryConfig? Queries { get; init; }

    /// <summary>Channels of queries that the caller brings; not used where <see cref="Queries"/> is given.</summary>
    public int GivenChannels { get; init; }

    /// <summary>Channels of the last linear layer; null: there is none, an output has the query's channels.</summary>
    public int? Outputs { get; init; }

    /// <summary>
    /// True: an input mask also masks the queries, which stand for the same places (DeepMind's language model). Queries
    /// beyond the input are masked. Default false.
    /// </summary>
    public bool InputMaskIsQueryMask { get; init; }

    internal override int OutputChannels(PreprocessorConfig input) => Outputs ?? QueryChannels(input);

    internal override int QueryChannels(PreprocessorConfig input) => Queries?.Channels ?? GivenChannels;

    internal override void Validate(string setting, PreprocessorConfig input)
    {
        base.Validate(setting, input);
        Queries?.Validate($"{setting}.{nameof(Queries)}");
        Require.That(Queries is not null || GivenChannels >= 1, $"{setting}.{nameof(GivenChannels)}", "1 or more where there are no queries", GivenChannels);
        Require.That(Outputs is null or > 0, $"{setting}.{nameof(Outputs)}", "1 or more, or null", Outputs);
    }
}
