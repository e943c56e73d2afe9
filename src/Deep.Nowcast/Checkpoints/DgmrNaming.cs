namespace Deep.Nowcast;

/// <summary>The public conventions by which checkpoints name the tensors of DGMR. All are recognised when read.</summary>
public enum DgmrNaming
{
    /// <summary>
    /// The modules' own names, those of openclimatefix's parts: <c>sampler.g1.bn1.weight</c>,
    /// <c>spatial_discriminator.d1.conv_1x1.bias</c>.
    /// </summary>
    Deep,

    /// <summary>
    /// openclimatefix's whole model: <c>generator.sampler.g1.bn1.weight</c>, <c>discriminator.spatial_discriminator.d1.conv_1x1.bias</c>.
    /// A PyTorch file has the generator's tensors also without the prefix; a safetensors file has each once.
    /// </summary>
    OpenClimateFix,

    /// <summary>mfai: D blocks have <c>conv_sc</c>, <c>first_conv</c> and <c>last_conv</c>.</summary>
    MeteoFrance,
}
