namespace Deep.Training.SignalPropagation;

/// <summary>The activations that DKS and TAT know (google-deepmind/dks).</summary>
public enum ActivationKind
{
    /// <summary>tanh x.</summary>
    Tanh,

    /// <summary>1 / (1 + e^−x).</summary>
    Sigmoid,

    /// <summary>The error function.</summary>
    Erf,

    /// <summary>max(0, x). TAT does not take it, and DKS is better with <see cref="LeakyRelu"/>.</summary>
    Relu,

    /// <summary>log(1 + e^x).</summary>
    Softplus,

    /// <summary>λ x above 0, λ α (e^x − 1) below, with the constants of 1706.02515.</summary>
    Selu,

    /// <summary>x above 0, e^x − 1 below.</summary>
    Elu,

    /// <summary>x · sigmoid(x), also called SiLU.</summary>
    Swish,

    /// <summary>(√(x² + 1) − 1) / 2 + x.</summary>
    BentIdentity,

    /// <summary>arctan x.</summary>
    Atan,

    /// <summary>arsinh x.</summary>
    Asinh,

    /// <summary>x².</summary>
    Square,

    /// <summary>x / (1 + |x|).</summary>
    Softsign,

    /// <summary>x above 0, a x below.</summary>
    LeakyRelu,

    /// <summary>GELU by its approximation with tanh.</summary>
    Gelu,

    /// <summary>x · Φ(x).</summary>
    GeluExact,

    /// <summary>sin x.</summary>
    Sin,

    /// <summary>cos x.</summary>
    Cos,
}
