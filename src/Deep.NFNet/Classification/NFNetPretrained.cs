namespace Deep.NFNets;

/// <summary>Where the published weights of variants are.</summary>
public static class NFNetPretrained
{
    /// <summary>
    /// Hugging Face repositories by variant: those that timm publishes weights for. Names are compared without regard
    /// to case.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Repositories { get; } = new Dictionary<string, string>(
        StringComparer.OrdinalIgnoreCase)
    {
        ["dm_nfnet_f0"] = "timm/dm_nfnet_f0.dm_in1k",
        ["dm_nfnet_f1"] = "timm/dm_nfnet_f1.dm_in1k",
        ["dm_nfnet_f2"] = "timm/dm_nfnet_f2.dm_in1k",
        ["dm_nfnet_f3"] = "timm/dm_nfnet_f3.dm_in1k",
        ["dm_nfnet_f4"] = "timm/dm_nfnet_f4.dm_in1k",
        ["dm_nfnet_f5"] = "timm/dm_nfnet_f5.dm_in1k",
        ["dm_nfnet_f6"] = "timm/dm_nfnet_f6.dm_in1k",
        ["nfnet_l0"] = "timm/nfnet_l0.ra2_in1k",
        ["eca_nfnet_l0"] = "timm/eca_nfnet_l0.ra2_in1k",
        ["eca_nfnet_l1"] = "timm/eca_nfnet_l1.ra2_in1k",
        ["eca_nfnet_l2"] = "timm/eca_nfnet_l2.ra3_in1k",
        ["nf_regnet_b1"] = "timm/nf_regnet_b1.ra2_in1k",
        ["nf_resnet50"] = "timm/nf_resnet50.ra2_in1k",
        ["test_nfnet"] = "timm/test_nfnet.r160_in1k",
    };
}
