namespace Deep.Nn;

/// <summary>A non-linearity that a convolution can apply to its result while that is still in registers.</summary>
public enum FusedActivation
{
    /// <summary>x.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x * Phi(x), with the error function.</summary>
    Gelu,

    /// <summary>GELU in its tanh approximation.</summary>
    GeluTanh,

    /// <summary>x * sigmoid(x), also called swish.</summary>
    Silu,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>tanh(x).</summary>
    Tanh,
}
