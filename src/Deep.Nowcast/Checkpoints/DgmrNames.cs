using System.Text.RegularExpressions;
using Deep.Checkpoints;

namespace Deep.Nowcast;

/// <summary>The names of DGMR's tensors in public checkpoints, both ways.</summary>
/// <remarks>
/// Ours are those of openclimatefix's generator (<c>conditioning_stack</c>, <c>latent_stack</c>, <c>sampler</c>) and of its
/// discriminators behind <c>discriminator</c>. Their module registers the generator's parts twice; a file may have either name or both.
/// </remarks>
internal static partial class DgmrNames
{
    /// <summary>What stands before the discriminators' names.</summary>
    public const string Discriminator = "discriminator.";

    private const string Generator = "generator.";

    // What openclimatefix's parts are called in files of their own, by a name that only such a file has.
    private static readonly (string Mark, string Part)[] Parts =
    [
        ("convGRU1.", "sampler."), ("att_block.", "latent_stack."), ("conv1.", "conditioning_stack."), ("spatial_discriminator.", Discriminator),
    ];

    /// <summary>Our name of one of theirs.</summary>
    /// <param name="theirs">A name in a whole file, or in that of a part with the part's name before it.</param>
    public static string Ours(string theirs)
    {
        var name = theirs.StartsWith(Generator, StringComparison.Ordinal) ? theirs[Generator.Length..] : theirs;
        return HalvingBlock().Replace(name, match => match.Groups["block"].Value + match.Groups["conv"].Value switch
        {
            "conv_sc" => "conv_1x1",
            "first_conv" => "first_conv_3x3",
            _ => "last_conv_3x3",
        });
    }

    /// <summary>Whether names are Météo-France's.</summary>
    public static bool AreMeteoFrance(IEnumerable<string> names) => names.Any(name => HalvingBlock().IsMatch(name));

    /// <summary>What has to be put before all names of a file that holds one part; empty for a whole file.</summary>
    public static string PartOf(IReadOnlyCollection<string> names) =>
        Parts.FirstOrDefault(part => names.Any(name => name.StartsWith(part.Mark, StringComparison.Ordinal))).Part ?? "";

    /// <summary>A map to tensors of ours from the names that a file has.</summary>
    /// <param name="ours">Our names.</param>
    /// <param name="theirs">All names of the file.</param>
    /// <param name="others">Whether names of ours that are not asked for are left out; else they are unexpected.</param>
    public static NameMap Map(IReadOnlyCollection<string> ours, IEnumerable<string> theirs, Func<string, bool> others)
    {
        var wanted = ours.ToHashSet(StringComparer.Ordinal);
        var lines = new List<NameMapping>();
        var found = new HashSet<string>(StringComparer.Ordinal);

        // PyTorch fills shared tensors in the order of the names, so that what stands under "generator" is what counts.
        foreach (var name in theirs.OrderByDescending(name => name.StartsWith(Generator, StringComparison.Ordinal)))
        {
            var own = Ours(name);
            if (wanted.Contains(own) && found.Add(own))
            {
                lines.Add(new(name, own));
            }
            else if (found.Contains(own) || others(own))
            {
                lines.Add(new(name, null));
            }
        }

        return new(lines);
    }

    /// <summary>The names that a tensor of ours is written with.</summary>
    /// <param name="ours">Our name.</param>
    /// <param name="naming">Which names.</param>
    /// <returns>All of them; where a file keeps one, the first.</returns>
    public static IReadOnlyList<string> Theirs(string ours, DgmrNaming naming) => naming switch
    {
        DgmrNaming.MeteoFrance => [HalvingBlockOfOurs().Replace(ours, match => match.Groups["block"].Value + match.Groups["conv"].Value switch
        {
            "conv_1x1" => "conv_sc",
            "first_conv_3x3" => "first_conv",
            _ => "last_conv",
        })],
        DgmrNaming.OpenClimateFix when !ours.StartsWith(Discriminator, StringComparison.Ordinal) =>
            [.. new[] { ours, Generator + ours }.Order(StringComparer.Ordinal)],
        _ => [ours],
    };

    [GeneratedRegex(@"^(?<block>(conditioning_stack|discriminator\.\w+)\.(d\d|d_last|intermediate_dblocks\.\d+)\.)(?<conv>conv_sc|first_conv|last_conv)(?=\.)")]
    private static partial Regex HalvingBlock();

    [GeneratedRegex(@"^(?<block>(conditioning_stack|discriminator\.\w+)\.(d\d|d_last|intermediate_dblocks\.\d+)\.)(?<conv>conv_1x1|first_conv_3x3|last_conv_3x3)(?=\.)")]
    private static partial Regex HalvingBlockOfOurs();
}
