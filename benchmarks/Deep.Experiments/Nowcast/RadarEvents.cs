using Deep.Nowcast;

namespace Deep.Experiments.Nowcast;

/// <summary>The radar events of the experiment on cells of 2 km, split as the data folder's README says.</summary>
/// <param name="Train">What is trained on.</param>
/// <param name="Test">What is tested on, by name: other days, and a radar that no training event is of.</param>
internal sealed record RadarEvents(IReadOnlyList<RadarSequence> Train, IReadOnlyDictionary<string, RadarSequence> Test)
{
    private static readonly string[] Training = ["mch/20150515", "mch/20170131", "knmi", "fmi/20160928"];
    private static readonly string[] Testing = ["mch/20160711", "fmi/20170509", "bom"];

    /// <summary>Reads all.</summary>
    /// <param name="folder">The folder with mch, knmi, fmi and bom.</param>
    public static RadarEvents Read(string folder) => new(
        [.. Training.Select(name => One(folder, name))], Testing.ToDictionary(name => name, name => One(folder, name)));

    private static RadarSequence One(string folder, string name)
    {
        // Rainfields has cells of half a kilometre, the others of one.
        var factor = name == "bom" ? 4 : 2;
        return RadarSequence.Read(Directory.GetFiles(Path.Combine(folder, name))).Coarsen(factor);
    }
}
