using Deep.Checkpoints;
using Deep.Parity.Cases;
using Deep.Perceivers;

namespace Deep.Parity.Families.Perceivers;

/// <summary>Loads a case that holds one part of a model through the importer of whole models.</summary>
internal static class PartOfCheckpoint
{
    /// <summary>Fills the part of a network, strictly.</summary>
    /// <param name="parity">The case; its names begin where <paramref name="theirs"/> ends.</param>
    /// <param name="network">The whole network.</param>
    /// <param name="ours">What our names of the part begin with.</param>
    /// <param name="theirs">What Hugging Face's names of the part begin with in a whole model.</param>
    public static void Load(ParityCase parity, Perceiver network, string ours, string theirs)
    {
        using var checkpoint = new UnitVariance(parity);
        var part = PerceiverNames.Map(network.Config, PerceiverNaming.HuggingFace).Mappings
            .Where(line => line.Ours!.StartsWith(ours, StringComparison.Ordinal))
            .Select(line => line with { Theirs = line.Theirs[theirs.Length..] }).ToList();
        var names = part.Select(line => line.Ours).ToHashSet();
        new NameMap(part).Load(
            checkpoint, network.state_dict().Where(pair => names.Contains(pair.Key)).ToDictionary());
    }
}
