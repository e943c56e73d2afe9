namespace Deep.Training;

/// <summary>A trained network as a point of a scaling law.</summary>
/// <param name="Series">What the runs of one curve have in common, such as the width.</param>
/// <param name="Epochs">Passes over the data, above 0.</param>
/// <param name="Compute">Multiply-adds of the training: those of a picture × pictures × 3.</param>
/// <param name="Loss">The loss on held-out data, above 0.</param>
public sealed record ScalingRun(string Series, double Epochs, double Compute, double Loss)
{
    /// <summary>Multiply-adds of a training run: one pass forward and two backward for each picture.</summary>
    /// <param name="multiplyAdds">Of one picture, forward.</param>
    /// <param name="pictures">Pictures trained on, repetitions counted.</param>
    public static double ComputeOf(double multiplyAdds, double pictures) => 3 * multiplyAdds * pictures;
}
