namespace Deep.Nn;

/// <summary>What a softmax over blocks carries from block to block, for each row.</summary>
internal sealed class SoftmaxState
{
    /// <param name="rows">The rows.</param>
    public SoftmaxState(long rows)
    {
        (Largest, Sum, Factor) = (new float[rows], new float[rows], new float[rows]);
        Array.Fill(Largest, float.NegativeInfinity);
    }

    /// <summary>The largest score so far.</summary>
    public float[] Largest { get; }

    /// <summary>The sum of exp(score - largest) so far.</summary>
    public float[] Sum { get; }

    /// <summary>What the last block multiplied everything before it with: exp(old largest - new largest).</summary>
    public float[] Factor { get; }
}
