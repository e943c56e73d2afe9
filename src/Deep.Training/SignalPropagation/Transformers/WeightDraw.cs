namespace Deep.Training.SignalPropagation;

/// <summary>The distribution of a new model's value, output and MLP matrices.</summary>
public enum WeightDraw
{
    /// <summary>Orthogonal values and outputs, scaled-corrected uniform orthogonal MLPs: kernels pass exactly (2302.10322).</summary>
    Orthogonal,

    /// <summary>Normal with variance 1 / fan-in.</summary>
    Normal,
}
