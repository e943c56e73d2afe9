namespace Deep.Perceivers;

/// <summary>Logits of ids from decoded rows and the embeddings of the text preprocessor: out · embeddingᵀ + bias.</summary>
public sealed record TiedEmbeddingConfig : PostprocessorConfig
{
    internal override void Validate(string setting, PerceiverConfig config, int channels)
    {
        Require.That(config.Preprocessor is TextConfig, setting, "another kind where the input is not text", nameof(TiedEmbeddingConfig));
        Require.That(config.Preprocessor is TextConfig text && text.Width == channels, setting,
            "fed with as many channels as an embedding has", channels);
    }
}
