using System.Text.Json.Serialization;

namespace Deep.Perceivers;

/// <summary>How outputs are read from the latents.</summary>
/// <remarks>
/// The kinds: <see cref="QueryDecoderConfig"/> (one query for each output), <see cref="ClassificationDecoderConfig"/> (one
/// query), <see cref="AverageProjectDecoderConfig"/> (Perceiver's head, no query), <see cref="FlowDecoderConfig"/> (the
/// encoder's input is the query) and <see cref="MultimodalDecoderConfig"/>.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(QueryDecoderConfig), "query")]
[JsonDerivedType(typeof(VideoAutoencodingDecoderConfig), "video_autoencoding")]
[JsonDerivedType(typeof(ClassificationDecoderConfig), "classification")]
[JsonDerivedType(typeof(AverageProjectDecoderConfig), "average_project")]
[JsonDerivedType(typeof(FlowDecoderConfig), "flow")]
[JsonDerivedType(typeof(MultimodalDecoderConfig), "multimodal")]
public abstract record DecoderConfig
{
    /// <summary>The cross-attend from queries to latents. Default one head. Not used by average-then-project.</summary>
    public AttentionConfig CrossAttention { get; init; } = new();

    /// <summary>True: the query is added to what attention gives. Default false.</summary>
    public bool UseQueryResidual { get; init; }

    /// <summary>K, the channels of an output before postprocessing, of a decoder under this preprocessor.</summary>
    internal abstract int OutputChannels(PreprocessorConfig input);

    /// <summary>E, the channels of a query; 0 where there are none.</summary>
    internal abstract int QueryChannels(PreprocessorConfig input);

    internal virtual void Validate(string setting, PreprocessorConfig input)
    {
        Require.That(CrossAttention is not null, $"{setting}.{nameof(CrossAttention)}", "given", null);
        CrossAttention.Validate($"{setting}.{nameof(CrossAttention)}");
    }
}
