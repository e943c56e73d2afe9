namespace Deep.Training;

// N pictures

/// <summary>All draws of a batch's mixing: who is mixed with whom, and how.</summary>
/// <param name="Partners">N places in the batch.</param>
/// <param name="Ratios">The shares of the first pictures, which are mixed by mixup.</param>
/// <param name="Boxes">The boxes of the next ones, mixed by cutmix; pictures after these stay as they are.</param>
internal sealed record MixingPlan(int[] Partners, float[] Ratios, CutmixDraw[] Boxes)
{
    /// <summary>The share that each picture's own label has.</summary>
    public float[] LabelRatios(int height, int width)
    {
        var ratios = new float[Partners.Length];
        Array.Fill(ratios, 1);
        Ratios.CopyTo(ratios, 0);
        for (var i = 0; i < Boxes.Length; i++)
        {
            var (left, top, right, bottom) = Boxes[i].Box(height, width);
            ratios[Ratios.Length + i] = (float)((right - left) * (bottom - top)) / (height * width);
        }

        return ratios;
    }
}
