namespace Deep.Nowcast;

/// <summary>An example cut from a radar sequence.</summary>
/// <param name="Sequence">Which of the sampler's sequences.</param>
/// <param name="Start">First frame in it.</param>
/// <param name="Top">First row.</param>
/// <param name="Left">First column.</param>
/// <param name="Probability">q, the probability with which it would be accepted; 1 without importance sampling.</param>
/// <param name="Frames">The frames.</param>
public sealed record RadarCrop(int Sequence, int Start, int Top, int Left, double Probability, RadarSequence Frames)
{
    /// <summary>1 / q: what the example counts where a score is to stand for all crops alike.</summary>
    public double Weight => 1 / Probability;
}
