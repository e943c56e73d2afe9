using System.Text.Json.Serialization;

namespace Deep.Cli.Training;

/// <summary>What a training run had come to at a test: a line of <c>history.jsonl</c>.</summary>
/// <param name="Epoch">Passes over the training data so far.</param>
/// <param name="Step">Finished steps of the optimizer.</param>
/// <param name="LearningRate">The learning rate of the last step.</param>
/// <param name="TrainLoss">Mean loss since the test before; of pictures, on augmented ones with soft labels.</param>
/// <param name="TrainAccuracy">Share of right answers in training since the test before, 0 to 1.</param>
/// <param name="TestLoss">Mean cross entropy on the test data.</param>
/// <param name="TestAccuracy">Share of right answers on the test data, of the averaged weights where there is an average, 0 to 1.</param>
/// <param name="ClippedShare">Share of units that adaptive gradient clipping shortened lately, 0 to 1.</param>
/// <param name="ItemsPerSecond">Training speed in pictures or tokens, tests not counted.</param>
/// <param name="Seconds">Time since the run began.</param>
internal sealed record EpochRecord(
    [property: JsonPropertyName("epoch")] double Epoch,
    [property: JsonPropertyName("step")] long Step,
    [property: JsonPropertyName("learningRate")] double LearningRate,
    [property: JsonPropertyName("trainLoss")] double TrainLoss,
    [property: JsonPropertyName("trainAccuracy")] double TrainAccuracy,
    [property: JsonPropertyName("testLoss")] double TestLoss,
    [property: JsonPropertyName("testAccuracy")] double TestAccuracy,
    [property: JsonPropertyName("clippedShare")] double ClippedShare,
    [property: JsonPropertyName("itemsPerSecond")] double ItemsPerSecond,
    [property: JsonPropertyName("seconds")] double Seconds);
