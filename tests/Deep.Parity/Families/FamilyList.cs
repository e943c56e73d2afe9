using Deep.Parity.Families.NFNets;
using Deep.Parity.Families.Nowcast;
using Deep.Parity.Families.Nowcast.Graph;
using Deep.Parity.Families.Nowcast.Metrics;
using Deep.Parity.Families.Perceivers;
using Deep.Parity.Families.Pictures;
using Deep.Parity.Families.Training;
using Deep.Parity.Families.Transformers;

namespace Deep.Parity.Families;

/// <summary>Every family that the runner can compute; a new package adds its line here and loses one in <see cref="UnbuiltFamilies"/>.</summary>
public static class FamilyList
{
    /// <summary>The families, asked in this order who owns a case.</summary>
    public static IReadOnlyList<IParityFamily> All { get; } =
    [
        new NFNetFamily(), new PreprocessFamily(), new TrainingFamily(), new TransformerFamily(), new PerceiverFamily(),
        new PerceiverGoldenFamily(), new RadarReaderFamily(), new RadarUnitFamily(), new SemiLagrangianFamily(), new NowcastLossFamily(), new DgmrFamily(),
        new NowcastMetricsFamily(), new UnbuiltFamilies(),
    ];
}
