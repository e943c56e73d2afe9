namespace Deep.NFNets;

/// <summary>The public conventions by which checkpoints name the tensors of NFNets.</summary>
public enum NFNetNaming
{
    /// <summary>timm's state dict, which is ours too: <c>stages.0.0.conv1.weight</c>.</summary>
    Timm,

    /// <summary>timm's <c>features_only</c> networks: <c>stages_0.0.conv1.weight</c>, no head.</summary>
    TimmFeatures,

    /// <summary>DeepMind's Haiku trees, joined by slashes: <c>NFNet/~/nf_block/~/conv0/w</c>.</summary>
    Haiku,

    /// <summary>DeepMind's flattened trees: <c>NFNet.nf_block.conv0.w</c>.</summary>
    HaikuFlat,
}
