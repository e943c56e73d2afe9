namespace Deep.Training;

/// <summary>The way a rate takes between two values.</summary>
public enum RampShape
{
    /// <summary>A straight line.</summary>
    Linear,

    /// <summary>Half a cosine: flat at both ends.</summary>
    Cosine,

    /// <summary>1 − √ of the way that is left to the higher rate: steep beside it, flat beside the lower (2405.18392).</summary>
    OneMinusSquareRoot,
}
