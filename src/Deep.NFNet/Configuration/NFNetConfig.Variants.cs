namespace Deep.NFNets;

public sealed partial record NFNetConfig
{
    /// <summary>DeepMind's NFNet-F0: 71.5 M parameters, 83.6 % ImageNet top-1.</summary>
    public static NFNetConfig F0 => NFNetSizes.DeepMindF(0, plus: false);

    /// <summary>DeepMind's NFNet-F1: 132.6 M parameters, 84.7 % ImageNet top-1.</summary>
    public static NFNetConfig F1 => NFNetSizes.DeepMindF(1, plus: false);

    /// <summary>DeepMind's NFNet-F2: 193.8 M parameters, 85.1 % ImageNet top-1.</summary>
    public static NFNetConfig F2 => NFNetSizes.DeepMindF(2, plus: false);

    /// <summary>DeepMind's NFNet-F3: 254.9 M parameters, 85.7 % ImageNet top-1.</summary>
    public static NFNetConfig F3 => NFNetSizes.DeepMindF(3, plus: false);

    /// <summary>DeepMind's NFNet-F4: 316.1 M parameters, 85.9 % ImageNet top-1.</summary>
    public static NFNetConfig F4 => NFNetSizes.DeepMindF(4, plus: false);

    /// <summary>DeepMind's NFNet-F5: 377.2 M parameters, 86.0 % ImageNet top-1.</summary>
    public static NFNetConfig F5 => NFNetSizes.DeepMindF(5, plus: false);

    /// <summary>DeepMind's NFNet-F6: 438.4 M parameters.</summary>
    public static NFNetConfig F6 => NFNetSizes.DeepMindF(6, plus: false);

    /// <summary>DeepMind's NFNet-F7: 499.5 M parameters.</summary>
    public static NFNetConfig F7 => NFNetSizes.DeepMindF(7, plus: false);

    /// <summary>DeepMind's NFNet-F0+: 118.8 M parameters.</summary>
    public static NFNetConfig F0Plus => NFNetSizes.DeepMindF(0, plus: true);

    /// <summary>DeepMind's NFNet-F1+: 220.4 M parameters.</summary>
    public static NFNetConfig F1Plus => NFNetSizes.DeepMindF(1, plus: true);

    /// <summary>DeepMind's NFNet-F2+: 321.9 M parameters.</summary>
    public static NFNetConfig F2Plus => NFNetSizes.DeepMindF(2, plus: true);

    /// <summary>DeepMind's NFNet-F3+: 423.4 M parameters.</summary>
    public static NFNetConfig F3Plus => NFNetSizes.DeepMindF(3, plus: true);

    /// <summary>DeepMind's NFNet-F4+: 525.0 M parameters.</summary>
    public static NFNetConfig F4Plus => NFNetSizes.DeepMindF(4, plus: true);

    /// <summary>DeepMind's NFNet-F5+: 626.5 M parameters.</summary>
    public static NFNetConfig F5Plus => NFNetSizes.DeepMindF(5, plus: true);

    /// <summary>DeepMind's NFNet-F6+: 728.0 M parameters.</summary>
    public static NFNetConfig F6Plus => NFNetSizes.DeepMindF(6, plus: true);

    /// <summary>DeepMind's NFNet-F7+: 829.6 M parameters.</summary>
    public static NFNetConfig F7Plus => NFNetSizes.DeepMindF(7, plus: true);

    /// <summary>DeepMind's NF-RegNet-B0: 8.60 M parameters.</summary>
    public static NFNetConfig NFRegNetB0 => NFNetSizes.DeepMindRegNet(0);

    /// <summary>DeepMind's NF-RegNet-B1: 10.02 M parameters.</summary>
    public static NFNetConfig NFRegNetB1 => NFNetSizes.DeepMindRegNet(1);

    /// <summary>DeepMind's NF-RegNet-B2: 13.79 M parameters.</summary>
    public static NFNetConfig NFRegNetB2 => NFNetSizes.DeepMindRegNet(2);

    /// <summary>DeepMind's NF-RegNet-B3: 18.14 M parameters.</summary>
    public static NFNetConfig NFRegNetB3 => NFNetSizes.DeepMindRegNet(3);

    /// <summary>DeepMind's NF-RegNet-B4: 29.32 M parameters.</summary>
    public static NFNetConfig NFRegNetB4 => NFNetSizes.DeepMindRegNet(4);

    /// <summary>DeepMind's NF-RegNet-B5: 48.71 M parameters.</summary>
    public static NFNetConfig NFRegNetB5 => NFNetSizes.DeepMindRegNet(5);

    /// <summary>DeepMind's NF-RegNet-B6: 70.05 M parameters.</summary>
    public static NFNetConfig NFRegNetB6 => NFNetSizes.DeepMindRegNet(6);

    /// <summary>DeepMind's NF-RegNet-B7: 101.74 M parameters.</summary>
    public static NFNetConfig NFRegNetB7 => NFNetSizes.DeepMindRegNet(7);

    /// <summary>DeepMind's NF-RegNet-B8: 142.31 M parameters.</summary>
    public static NFNetConfig NFRegNetB8 => NFNetSizes.DeepMindRegNet(8);

    /// <summary>DeepMind's NF-ResNet-50.</summary>
    public static NFNetConfig NFResNet50 => NFNetSizes.DeepMindResNet(50);

    /// <summary>DeepMind's NF-ResNet-101.</summary>
    public static NFNetConfig NFResNet101 => NFNetSizes.DeepMindResNet(101);

    /// <summary>DeepMind's NF-ResNet-152.</summary>
    public static NFNetConfig NFResNet152 => NFNetSizes.DeepMindResNet(152);

    /// <summary>DeepMind's NF-ResNet-200.</summary>
    public static NFNetConfig NFResNet200 => NFNetSizes.DeepMindResNet(200);

    /// <summary>DeepMind's NF-ResNet-288.</summary>
    public static NFNetConfig NFResNet288 => NFNetSizes.DeepMindResNet(288);

    /// <summary>DeepMind's NF-ResNet-600.</summary>
    public static NFNetConfig NFResNet600 => NFNetSizes.DeepMindResNet(600);

    /// <summary>timm's dm_nfnet_f0: DeepMind's weights under timm's arithmetic.</summary>
    public static NFNetConfig DmNFNetF0 => NFNetSizes.TimmDeepMindF(0);

    /// <summary>timm's dm_nfnet_f1: DeepMind's weights under timm's arithmetic.</summary>
    public static NFNetConfig DmNFNetF1 => NFNetSizes.TimmDeepMindF(1);

    /// <summary>timm's dm_nfnet_f2: DeepMind's weights under timm's arithmetic.</summary>
    public static NFNetConfig DmNFNetF2 => NFNetSizes.TimmDeepMindF(2);

    /// <summary>timm's dm_nfnet_f3: DeepMind's weights under timm's arithmetic.</summary>
    public static NFNetConfig DmNFNetF3 => NFNetSizes.TimmDeepMindF(3);

    /// <summary>timm's dm_nfnet_f4: DeepMind's weights under timm's arithmetic.</summary>
    public static NFNetConfig DmNFNetF4 => NFNetSizes.TimmDeepMindF(4);

    /// <summary>timm's dm_nfnet_f5: DeepMind's weights under timm's arithmetic.</summary>
    public static NFNetConfig DmNFNetF5 => NFNetSizes.TimmDeepMindF(5);

    /// <summary>timm's dm_nfnet_f6: DeepMind's weights under timm's arithmetic.</summary>
    public static NFNetConfig DmNFNetF6 => NFNetSizes.TimmDeepMindF(6);

    /// <summary>timm's nfnet_f0.</summary>
    public static NFNetConfig NFNetF0 => NFNetSizes.TimmF(0);

    /// <summary>timm's nfnet_f1.</summary>
    public static NFNetConfig NFNetF1 => NFNetSizes.TimmF(1);

    /// <summary>timm's nfnet_f2.</summary>
    public static NFNetConfig NFNetF2 => NFNetSizes.TimmF(2);

    /// <summary>timm's nfnet_f3.</summary>
    public static NFNetConfig NFNetF3 => NFNetSizes.TimmF(3);

    /// <summary>timm's nfnet_f4.</summary>
    public static NFNetConfig NFNetF4 => NFNetSizes.TimmF(4);

    /// <summary>timm's nfnet_f5.</summary>
    public static NFNetConfig NFNetF5 => NFNetSizes.TimmF(5);

    /// <summary>timm's nfnet_f6.</summary>
    public static NFNetConfig NFNetF6 => NFNetSizes.TimmF(6);

    /// <summary>timm's nfnet_f7.</summary>
    public static NFNetConfig NFNetF7 => NFNetSizes.TimmF(7);

    /// <summary>timm's nfnet_l0: 35.1 M parameters.</summary>
    public static NFNetConfig NFNetL0 => NFNetSizes.TimmLight("nfnet_l0", 0, featureFactor: 1.5);

    /// <summary>timm's eca_nfnet_l0.</summary>
    public static NFNetConfig EcaNFNetL0 => NFNetSizes.TimmEfficientChannel(0);

    /// <summary>timm's eca_nfnet_l1.</summary>
    public static NFNetConfig EcaNFNetL1 => NFNetSizes.TimmEfficientChannel(1);

    /// <summary>timm's eca_nfnet_l2.</summary>
    public static NFNetConfig EcaNFNetL2 => NFNetSizes.TimmEfficientChannel(2);

    /// <summary>timm's eca_nfnet_l3.</summary>
    public static NFNetConfig EcaNFNetL3 => NFNetSizes.TimmEfficientChannel(3);

    /// <summary>timm's nf_regnet_b0: widths rounded to multiples of 8.</summary>
    public static NFNetConfig TimmNFRegNetB0 => NFNetSizes.TimmRegNetOf(0);

    /// <summary>timm's nf_regnet_b1: widths rounded to multiples of 8.</summary>
    public static NFNetConfig TimmNFRegNetB1 => NFNetSizes.TimmRegNetOf(1);

    /// <summary>timm's nf_regnet_b2: widths rounded to multiples of 8.</summary>
    public static NFNetConfig TimmNFRegNetB2 => NFNetSizes.TimmRegNetOf(2);

    /// <summary>timm's nf_regnet_b3: widths rounded to multiples of 8.</summary>
    public static NFNetConfig TimmNFRegNetB3 => NFNetSizes.TimmRegNetOf(3);

    /// <summary>timm's nf_regnet_b4: widths rounded to multiples of 8.</summary>
    public static NFNetConfig TimmNFRegNetB4 => NFNetSizes.TimmRegNetOf(4);

    /// <summary>timm's nf_regnet_b5: widths rounded to multiples of 8.</summary>
    public static NFNetConfig TimmNFRegNetB5 => NFNetSizes.TimmRegNetOf(5);

    /// <summary>timm's nf_resnet26.</summary>
    public static NFNetConfig TimmNFResNet26 => NFNetSizes.TimmResNet(26, AttentionKind.None);

    /// <summary>timm's nf_resnet50.</summary>
    public static NFNetConfig TimmNFResNet50 => NFNetSizes.TimmResNet(50, AttentionKind.None);

    /// <summary>timm's nf_resnet101.</summary>
    public static NFNetConfig TimmNFResNet101 => NFNetSizes.TimmResNet(101, AttentionKind.None);

    /// <summary>timm's nf_seresnet26.</summary>
    public static NFNetConfig NFSeResNet26 => NFNetSizes.TimmResNet(26, AttentionKind.SqueezeExcite);

    /// <summary>timm's nf_seresnet50.</summary>
    public static NFNetConfig NFSeResNet50 => NFNetSizes.TimmResNet(50, AttentionKind.SqueezeExcite);

    /// <summary>timm's nf_seresnet101.</summary>
    public static NFNetConfig NFSeResNet101 => NFNetSizes.TimmResNet(101, AttentionKind.SqueezeExcite);

    /// <summary>timm's nf_ecaresnet26.</summary>
    public static NFNetConfig NFEcaResNet26 => NFNetSizes.TimmResNet(26, AttentionKind.EfficientChannel);

    /// <summary>timm's nf_ecaresnet50.</summary>
    public static NFNetConfig NFEcaResNet50 => NFNetSizes.TimmResNet(50, AttentionKind.EfficientChannel);

    /// <summary>timm's nf_ecaresnet101.</summary>
    public static NFNetConfig NFEcaResNet101 => NFNetSizes.TimmResNet(101, AttentionKind.EfficientChannel);

    /// <summary>timm's test_nfnet: 0.38 M parameters.</summary>
    public static NFNetConfig TestNFNet => NFNetSizes.TimmTest();

    /// <summary>
    /// All published variants by their published names, such as "F0", "F0+", "NF-RegNet-B1", "dm_nfnet_f0",
    /// "eca_nfnet_l0".
    /// </summary>
    /// <remarks>Names are compared without regard to case.</remarks>
    public static IReadOnlyDictionary<string, NFNetConfig> Variants { get; } =
        All().ToDictionary(config => config.Name, StringComparer.OrdinalIgnoreCase);

    private static NFNetConfig[] All() =>
    [
        F0, F1, F2, F3, F4, F5, F6, F7, F0Plus, F1Plus, F2Plus, F3Plus, F4Plus, F5Plus, F6Plus, F7Plus, NFRegNetB0,
        NFRegNetB1, NFRegNetB2, NFRegNetB3, NFRegNetB4, NFRegNetB5, NFRegNetB6, NFRegNetB7, NFRegNetB8, NFResNet50,
        NFResNet101, NFResNet152, NFResNet200, NFResNet288, NFResNet600, DmNFNetF0, DmNFNetF1, DmNFNetF2, DmNFNetF3,
        DmNFNetF4, DmNFNetF5, DmNFNetF6, NFNetF0, NFNetF1, NFNetF2, NFNetF3, NFNetF4, NFNetF5, NFNetF6, NFNetF7,
        NFNetL0, EcaNFNetL0, EcaNFNetL1, EcaNFNetL2, EcaNFNetL3, TimmNFRegNetB0, TimmNFRegNetB1, TimmNFRegNetB2,
        TimmNFRegNetB3, TimmNFRegNetB4, TimmNFRegNetB5, TimmNFResNet26, TimmNFResNet50, TimmNFResNet101,
        NFSeResNet26, NFSeResNet50, NFSeResNet101, NFEcaResNet26, NFEcaResNet50, NFEcaResNet101, TestNFNet,
    ];
}
