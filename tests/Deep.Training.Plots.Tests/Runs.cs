using Deep.Media;

namespace Deep.Training.Plots.Tests;

/// <summary>Runs that never were, and what is to be seen in a picture.</summary>
internal static class Runs
{
    public static TrainingProgress At(long step, bool evaluated = false) => new()
    {
        Step = step,
        Steps = 1000,
        Epoch = step / 50.0,
        Loss = 2.3 * Math.Exp(-step / 300.0),
        Accuracy = 1 - 0.9 * Math.Exp(-step / 200.0),
        LearningRate = 0.1 * (1 - step / 1000.0),
        ItemsPerSecond = 800,
        Elapsed = TimeSpan.FromSeconds(step),
        Remaining = TimeSpan.FromSeconds(1000 - step),
        ClippedShare = 0.25,
        SkippedSteps = 0,
        GradientNorm = 1.5,
        Evaluation = evaluated ? new Evaluation(2.2 * Math.Exp(-step / 350.0), 1 - 0.9 * Math.Exp(-step / 250.0), 512) : null,
    };

    public static TrainingEvent Event(TrainingEventKind kind, long step) => new(kind, step, $"{kind} happened.");

    /// <summary>The size of a picture and the share of its pixels that are not white.</summary>
    public static (int Width, int Height, double Inked) Look(byte[] png)
    {
        var picture = Picture.Open(png);
        var pixels = picture.Pixels;
        var inked = 0;
        for (var i = 0; i < pixels.Length; i += 3)
        {
            inked += pixels[i] < 250 || pixels[i + 1] < 250 || pixels[i + 2] < 250 ? 1 : 0;
        }

        return (picture.Width, picture.Height, (double)inked / (picture.Width * picture.Height));
    }

    /// <summary>The number of pixels of about one colour.</summary>
    public static int Count(byte[] png, byte red, byte green, byte blue)
    {
        var pixels = Picture.Open(png).Pixels;
        var found = 0;
        for (var i = 0; i < pixels.Length; i += 3)
        {
            found += Math.Abs(pixels[i] - red) + Math.Abs(pixels[i + 1] - green) + Math.Abs(pixels[i + 2] - blue) < 12 ? 1 : 0;
        }

        return found;
    }
}
