namespace Deep.Nowcast;

// Sources: the paper is 2104.00954; DeepMind's pseudocode is kept in the history of openclimatefix/skillful_nowcasting;
// "OCF" is that repository at 7ded9a5, "mfai" meteofrance/mfai at 58c0dbf. Parameters are counted in the tests.

/// <content>The published variants.</content>
public sealed partial record DgmrConfig
{
    /// <summary>The paper: spatial attention, reduced conditioning widths, mean-only batch norm, random crop, lead times once.</summary>
    public static DgmrConfig Paper { get; } = new() { Name = "dgmr-paper" };

    /// <summary>DeepMind's pseudocode: the paper's semantics with full conditioning widths.</summary>
    public static DgmrConfig Pseudocode { get; } = Paper with { Name = "dgmr-pseudocode", Conditioning = ConditioningWidths.Full };

    /// <summary>
    /// What openclimatefix's public weights were trained with: 53,566,957 parameters in the generator, 44,704,610 in the
    /// discriminators.
    /// </summary>
    public static DgmrConfig OpenClimateFix { get; } = new()
    {
        Name = "openclimatefix-dgmr",
        Attention = AttentionAxes.OpenClimateFix,
        GeneratorHidden = HiddenWidth.Input,
        DiscriminatorHidden = HiddenWidth.Output,
        Shortcuts = ShortcutRule.WidthChanges,
        UnusedShortcuts = true,
        FrameOrder = FrameOrder.ChannelMajor,
        MeanOnlyBatchNorm = false,
        Frames = FrameChoice.AnyWithReplacement,
        Temporal = TemporalView.AveragePool,
        Initialization = DgmrInitialization.Uniform,
        BatchNormMomentum = 0.1,
    };

    /// <summary>Météo-France's mfai: openclimatefix's network with the random crop of the paper.</summary>
    public static DgmrConfig MeteoFrance { get; } = OpenClimateFix with { Name = "mfai-dgmr", Temporal = TemporalView.RandomCrop };

    /// <summary>Every published variant.</summary>
    public static IReadOnlyList<DgmrConfig> Published { get; } = [Paper, Pseudocode, OpenClimateFix, MeteoFrance];
}
