using System.Globalization;
using Deep.Cli.Commands;
using Deep.Perceivers.Recipes;

namespace Deep.Cli.Training.Perceivers;

/// <summary>The digits of a command line.</summary>
internal sealed record DigitData(DigitSet Train, DigitSet Test, string Description, string Identity)
{
    public static DigitData Read(TrainPerceiverSettings settings)
    {
        if (settings.Data.Length != 1)
        {
            throw new WrongInputException($"{settings.Task} takes one CSV file; found {settings.Data.Length} paths.");
        }

        var all = DigitSet.Read(settings.Data[0]);
        if (settings.Permute is { } number)
        {
            all = all.WithPermutedPixels((ulong)number);
        }

        var (train, test) = all.Split(settings.TestFraction, (ulong)settings.Seed);
        return new DigitData(
            train, test,
            string.Create(CultureInfo.InvariantCulture, $"{train.Count:N0} digits to train on, {test.Count:N0} to test on{(settings.Permute is null ? "" : ", pixels permuted")}"),
            FormattableString.Invariant($"{train.Count} + {test.Count} digits"));
    }
}
