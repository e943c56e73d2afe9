namespace Deep.Training.SignalPropagation;

/// <summary>Draws a token from logits: temperature, then top-k, then top-p (1904.09751).</summary>
internal static class TokenSampler
{
    /// <summary>The token.</summary>
    /// <param name="logits">One for each token; not all of them minus infinity or NaN.</param>
    /// <param name="options">Temperature, k and p.</param>
    /// <param name="random">Where the draw comes from.</param>
    public static long Draw(ReadOnlySpan<float> logits, GenerationOptions options, RandomState random)
    {
        var order = new int[logits.Length];
        var keys = new float[logits.Length];
        for (var token = 0; token < order.Length; token++)
        {
            (order[token], keys[token]) = (token, -logits[token]);
        }

        // Equal logits stay in the order of tokens, so that a draw does not depend on how the sort treats them.
        Array.Sort(order, (a, b) => keys[a] != keys[b] ? keys[a].CompareTo(keys[b]) : a.CompareTo(b));
        if (options.Temperature == 0)
        {
            return order[0];
        }

        var kept = options.TopK > 0 ? Math.Min(options.TopK, order.Length) : order.Length;
        var weights = new double[kept];
        var total = 0.0;
        for (var rank = 0; rank < kept; rank++)
        {
            weights[rank] = Math.Exp((logits[order[rank]] - logits[order[0]]) / options.Temperature);
            total += weights[rank];
        }

        var nucleus = 0;
        var mass = 0.0;
        while (nucleus < kept && (nucleus == 0 || mass < options.TopP * total))
        {
            mass += weights[nucleus++];
        }

        var place = random.NextDouble() * mass;
        for (var rank = 0; rank < nucleus; rank++)
        {
            place -= weights[rank];
            if (place < 0)
            {
                return order[rank];
            }
        }

        return order[nucleus - 1];
    }
}
