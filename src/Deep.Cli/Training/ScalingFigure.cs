using Deep.Training;

namespace Deep.Cli.Training;

/// <summary>The log-log plot of a scaling grid.</summary>
internal static class ScalingFigure
{
    /// <summary>Runs by width, the law through the frontier, and the run that was predicted.</summary>
    /// <returns>The bytes of a PNG file.</returns>
    public static byte[] Draw(IReadOnlyList<ScalingRecord> records, ScalingLaw law, ScalingPrediction? prediction) => [];
}
