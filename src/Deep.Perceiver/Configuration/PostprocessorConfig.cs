using System.Text.Json.Serialization;

namespace Deep.Perceivers;

/// <summary>How decoded rows [B, O, K] become the output of a task.</summary>
/// <remarks>
/// The kinds: <see cref="TiedEmbeddingConfig"/>, <see cref="ProjectionOutputConfig"/>,
/// <see cref="ClassificationOutputConfig"/>, <see cref="AudioOutputConfig"/>, <see cref="ImageOutputConfig"/>, and
/// <see cref="MultimodalOutputConfig"/> for several outputs.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(TiedEmbeddingConfig), "tied_embedding")]
[JsonDerivedType(typeof(ProjectionOutputConfig), "projection")]
[JsonDerivedType(typeof(ClassificationOutputConfig), "classification")]
[JsonDerivedType(typeof(AudioOutputConfig), "audio")]
[JsonDerivedType(typeof(ImageOutputConfig), "image")]
[JsonDerivedType(typeof(MultimodalOutputConfig), "multimodal")]
public abstract record PostprocessorConfig
{
    internal virtual void Validate(string setting, PerceiverConfig config, int channels)
    {
    }
}
