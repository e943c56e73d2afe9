using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

// B batch, O rows, K channels

/// <summary>Makes a task's output of decoded rows (Perceiver IO, sections D-G).</summary>
public abstract class Postprocessor : nn.Module
{
    private protected Postprocessor()
        : base(nameof(Postprocessor))
    {
    }

    /// <summary>The postprocessor of a kind.</summary>
    /// <param name="config">The kind.</param>
    /// <param name="channels">K.</param>
    /// <param name="preprocessor">The network's preprocessor, whose embeddings a tied one uses.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    /// <returns>The postprocessor.</returns>
    public static Postprocessor Of(PostprocessorConfig config, int channels, Preprocessor preprocessor, Device? device = null) => config switch
    {
        TiedEmbeddingConfig => new TiedEmbeddingPostprocessor((TextPreprocessor)preprocessor, device),
        ProjectionOutputConfig projection => new ProjectionPostprocessor(projection, channels, device),
        ClassificationOutputConfig classes => new ClassificationPostprocessor(classes, channels, device),
        AudioOutputConfig audio => new AudioPostprocessor(audio, channels, device),
        ImageOutputConfig image => new ImagePostprocessor(image, channels, device),
        MultimodalOutputConfig modalities => new MultimodalPostprocessor(modalities, channels, preprocessor, device),
        _ => throw new ConfigurationException(nameof(PostprocessorConfig), "a known kind", config?.GetType().Name),
    };

    /// <summary>The output.</summary>
    /// <param name="rows">[B, O, K].</param>
    /// <returns>The task's output. The caller disposes it.</returns>
    public abstract Tensor Postprocess(Tensor rows);

    private protected Linear Register(string name, int channels, int outputs, Device? device)
    {
        var linear = Linear(channels, outputs, device: device);
        register_module(name, linear);
        return linear;
    }

    /// <summary>
    /// Nothing: every child has an explicit name, and the parent's registration would add each field once more.
    /// </summary>
    protected override void RegisterComponents()
    {
    }
}
