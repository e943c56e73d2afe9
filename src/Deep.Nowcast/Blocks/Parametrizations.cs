using static TorchSharp.torch;

namespace Deep.Nowcast;

/// <summary>The node of PyTorch's state dicts that holds a layer's spectrally normalised weight, under <c>weight</c>.</summary>
internal sealed class Parametrizations : nn.Module
{
    public Parametrizations(SpectralNorm norm)
        : base(nameof(Parametrizations)) => register_module("weight", norm);

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }
}
