namespace Deep.Training;

/// <summary>What a parameter is to the training recipe, which decides whether it is decayed and clipped.</summary>
public enum ParameterRole
{
    /// <summary>The weight of a convolution or a linear layer inside the network: decayed and clipped.</summary>
    Weight,

    /// <summary>A bias, a gain or a scalar: clipped, never decayed.</summary>
    GainOrBias,

    /// <summary>The weight of the last linear layer: decayed, never clipped (NFNet, section 4.1).</summary>
    ClassifierWeight,
}
