namespace Deep.Nowcast;

/// <summary>The names that a checkpoint of DGMR is written with.</summary>
public enum DgmrNaming
{
    /// <summary>Ours: openclimatefix's names of the generator, with the discriminators under <c>discriminator</c>.</summary>
    Deep,

    /// <summary>
    /// What openclimatefix's training module saves: the generator under <c>generator</c> and once more without it, the
    /// discriminators under <c>discriminator</c>. A safetensors file keeps one name of each, as their library does.
    /// </summary>
    OpenClimateFix,

    /// <summary>Météo-France's mfai: as ours, with other names of the halving blocks' convolutions.</summary>
    MeteoFrance,
}
