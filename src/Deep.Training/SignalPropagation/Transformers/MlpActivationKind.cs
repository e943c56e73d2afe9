namespace Deep.Training.SignalPropagation;

/// <summary>The non-linearity of an MLP.</summary>
public enum MlpActivationKind
{
    /// <summary>Leaky ReLU whose slope is tailored to the depth (TAT, 2203.08120): the network as a whole has C(0) = eta.</summary>
    TailoredLeakyRelu,

    /// <summary>max(x, slope * x), without a scale.</summary>
    LeakyRelu,

    /// <summary>x Phi(x).</summary>
    Gelu,

    /// <summary>GELU in its tanh approximation, GPT-2's.</summary>
    GeluTanh,

    /// <summary>x sigmoid(x).</summary>
    Silu,

    /// <summary>tanh(x).</summary>
    Tanh,

    /// <summary>A smooth activation shifted and scaled for the depth by Deep Kernel Shaping (2110.01765).</summary>
    DeepKernelShaping,

    /// <summary>A smooth activation shifted and scaled for the depth by TAT (2203.08120).</summary>
    TailoredSmooth,
}
