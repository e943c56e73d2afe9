using System.Globalization;
using Deep.Training;

namespace Deep.Cli.Training;

/// <summary>A finished run of a scaling grid: a line of <c>runs.jsonl</c>.</summary>
/// <param name="Cell">Width and length.</param>
/// <param name="Parameters">Of the network.</param>
/// <param name="Steps">Updates.</param>
/// <param name="Compute">Multiply-adds of a picture × pictures × 3.</param>
/// <param name="TestLoss">Mean cross entropy on the test pictures.</param>
/// <param name="TestAccuracy">Share of the test pictures named right, 0 to 1.</param>
/// <param name="Seconds">Duration.</param>
internal sealed record ScalingRecord(
    ScalingCell Cell, long Parameters, long Steps, double Compute, double TestLoss, double TestAccuracy, double Seconds)
{
    /// <summary>The run as a point of the law.</summary>
    public ScalingRun ToRun() =>
        new(string.Create(CultureInfo.InvariantCulture, $"width x {Cell.Width}"), Cell.Epochs, Compute, TestLoss);
}
