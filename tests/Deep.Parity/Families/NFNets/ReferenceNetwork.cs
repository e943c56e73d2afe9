using Deep.Checkpoints;
using Deep.NFNets;
using Deep.Parity.Cases;
using static TorchSharp.torch;

namespace Deep.Parity.Families.NFNets;

/// <summary>Our network with a case's weights in it, loaded through the importer of the case's naming.</summary>
internal sealed class ReferenceNetwork : IDisposable
{
    private readonly NameMap map;

    /// <summary>Builds the network, fills the reference's state dict and imports it.</summary>
    public ReferenceNetwork(ParityCase parity)
    {
        IsHaiku = Variant.IsHaiku(parity.Config);
        var config = IsHaiku ? HaikuNetwork.Config(parity.Config) : TimmNetwork.Config(parity.Config);
        map = NFNetNames.Map(config, IsHaiku ? NFNetNaming.HaikuFlat : NFNetNaming.Timm);
        using var checkpoint = new FormulaCheckpoint(parity);
        Network = NFNetCheckpoint.Load(checkpoint, new() { Config = config });
    }

    /// <summary>Whether tensors are in JAX's layouts.</summary>
    public bool IsHaiku { get; }

    /// <summary>The network.</summary>
    public NFNet Network { get; }

    /// <summary>A batch of pictures in our layout.</summary>
    public Tensor FromTheirs(Tensor pictures) => IsHaiku ? pictures.permute(0, 3, 1, 2) : pictures;

    /// <summary>A feature map in their layout; anything else as it is.</summary>
    public Tensor ToTheirs(Tensor features) => IsHaiku && features.dim() == 4 ? features.permute(0, 2, 3, 1) : features;

    /// <summary>Tensors of the state dict under their names and in their layouts.</summary>
    public IReadOnlyDictionary<string, Tensor> Export(IReadOnlyDictionary<string, Tensor> ours) => map.Export(ours);

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();
}
