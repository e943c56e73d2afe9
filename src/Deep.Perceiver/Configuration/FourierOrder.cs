namespace Deep.Perceivers;

/// <summary>In which order Fourier features stand among the channels.</summary>
public enum FourierOrder
{
    /// <summary>The positions, then the sines of all axes, then the cosines of all axes (DeepMind, Hugging Face, krasserm).</summary>
    SinesThenCosines,

    /// <summary>For each axis its sines, its cosines, its position (lucidrains).</summary>
    AxisByAxis,
}
