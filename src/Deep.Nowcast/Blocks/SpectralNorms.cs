using static TorchSharp.torch;

namespace Deep.Nowcast;

/// <summary>All spectrally normalised weights of a network.</summary>
internal static class SpectralNorms
{
    /// <summary>Those of a network that are used, not only kept.</summary>
    public static IEnumerable<SpectralNorm> UsedIn(nn.Module network) =>
        network.modules().OfType<SpectralNorm>().Where(norm => norm.IsUsed);

    /// <summary>Sets whether each iterates in training mode.</summary>
    public static void SetIterates(nn.Module network, bool value)
    {
        foreach (var norm in network.modules().OfType<SpectralNorm>())
        {
            norm.IteratesWhenTraining = value;
        }
    }

    /// <summary>One iteration of each.</summary>
    public static void Iterate(nn.Module network)
    {
        foreach (var norm in UsedIn(network))
        {
            norm.Iterate();
        }
    }
}
