namespace Deep.Training.SignalPropagation;

/// <summary>A factor in a block: a constant, or a trained scalar with its first value.</summary>
/// <param name="Initial">The constant, or the first value.</param>
/// <param name="Trainable">True: a parameter of the block (for attention matrices one for each head).</param>
public sealed record Gain(double Initial, bool Trainable = false)
{
    /// <summary>The constant 1: no operation at all.</summary>
    public static Gain One { get; } = new(1);

    /// <summary>True where multiplying may be left out.</summary>
    internal bool IsOne => Initial == 1 && !Trainable;

    /// <summary>A trained gain.</summary>
    /// <param name="initial">Its first value.</param>
    public static Gain Learned(double initial) => new(initial, Trainable: true);
}
