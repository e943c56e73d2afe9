namespace Deep.Perceivers;

/// <summary>Our names of one network, and what can be read from them.</summary>
internal sealed class NetworkNames(IReadOnlyCollection<string> all)
{
    private readonly HashSet<string> names = [.. all];

    /// <summary>All names, in the order of the state dict.</summary>
    public IReadOnlyCollection<string> All => all;

    /// <summary>Whether the input is text.</summary>
    public bool ReadsText => Has("preprocessor.embedding.weight");

    /// <summary>Whether the output is text by the embedding of the input.</summary>
    public bool WritesText => Has("postprocessor.bias");

    /// <summary>Whether the input is several modalities.</summary>
    public bool Multimodal => all.Any(name => name.StartsWith("preprocessor.padding.", StringComparison.Ordinal));

    /// <summary>Whether the decoder attends; if not, it averages and projects.</summary>
    public bool DecoderAttends => all.Any(name => name.StartsWith("decoder.cross_attend.", StringComparison.Ordinal));

    /// <summary>Whether the convolution is the one of 7 x 7 that downsamples; it has no bias, that of 1 x 1 has.</summary>
    public bool ConvDownsamples => Has("preprocessor.conv.weight") && !Has("preprocessor.conv.bias");

    /// <summary>Sets of weights of blocks.</summary>
    public int Blocks => Count("encoder.blocks.");

    /// <summary>Whether there is a tensor of this name.</summary>
    public bool Has(string name) => names.Contains(name);

    private int Count(string prefix) => all.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
        .Select(name => name[prefix.Length..name.IndexOf('.', prefix.Length)]).Distinct().Count();
}
