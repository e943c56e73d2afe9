namespace Deep.NFNets;

/// <summary>The non-linearity of a network. Each has a gain that restores unit variance (NFNet, section 2).</summary>
public enum Activation
{
    /// <summary>x.</summary>
    Identity,

    /// <summary>CELU, alpha 1.</summary>
    Celu,

    /// <summary>ELU, alpha 1.</summary>
    Elu,

    /// <summary>
    /// GELU: tanh-approximated under <see cref="Numerics.DeepMind"/>, exact under <see cref="Numerics.Timm"/>.
    /// </summary>
    Gelu,

    /// <summary>Gated linear unit over the channels; halves them.</summary>
    Glu,

    /// <summary>Leaky ReLU, slope 0.01.</summary>
    LeakyRelu,

    /// <summary>log(sigmoid(x)).</summary>
    LogSigmoid,

    /// <summary>log(softmax(x)) over the channels.</summary>
    LogSoftmax,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>min(max(x, 0), 6).</summary>
    Relu6,

    /// <summary>SELU.</summary>
    Selu,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>x * sigmoid(x), also called swish.</summary>
    Silu,

    /// <summary>x / (1 + |x|).</summary>
    SoftSign,

    /// <summary>log(1 + exp(x)).</summary>
    Softplus,

    /// <summary>tanh(x).</summary>
    Tanh,
}
