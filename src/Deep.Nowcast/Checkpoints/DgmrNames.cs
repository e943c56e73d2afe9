namespace Deep.Nowcast;

/// <summary>How public checkpoints name what our modules name.</summary>
internal static class DgmrNames
{
    private const string Generator = "generator.";
    private const string Discriminator = "discriminator.";

    /// <summary>The modules whose names begin a tensor's.</summary>
    public static IReadOnlyList<string> GeneratorParts { get; } = ["conditioning_stack.", "latent_stack.", "sampler."];

    /// <summary>The modules of the discriminators.</summary>
    public static IReadOnlyList<string> DiscriminatorParts { get; } = ["spatial_discriminator.", "temporal_discriminator."];

    // A tensor that only one part has, for parts that are published apart, without their own name.
    private static readonly (string Sign, string Part)[] Signs =
    [
        ("d_last.", "temporal_discriminator."), ("d6.", "spatial_discriminator."), ("convGRU1.", "sampler."), ("l_block1.", "latent_stack."),
        ("conv4.", "conditioning_stack."),
    ];

    private static readonly (string Theirs, string Ours)[] Renamed =
    [
        ("conv_sc", "conv_1x1"), ("first_conv", "first_conv_3x3"), ("last_conv", "last_conv_3x3"),
    ];

    /// <summary>What to put before the names of a file that holds one part alone; empty where names are whole.</summary>
    public static string PartOf(IReadOnlyCollection<string> theirs) =>
        theirs.Any(name => IsOf(GeneratorParts, Bare(name)) || IsOf(DiscriminatorParts, Bare(name)))
            ? ""
            : Signs.FirstOrDefault(pair => theirs.Any(name => name.StartsWith(pair.Sign, StringComparison.Ordinal))).Part ?? "";

    /// <summary>Our name of a tensor.</summary>
    /// <param name="theirs">Their name, under any convention.</param>
    /// <param name="part">From <see cref="PartOf"/>.</param>
    public static string Ours(string theirs, string part)
    {
        var segments = (part + Bare(theirs)).Split('.');
        for (var i = 1; i < segments.Length; i++)
        {
            // The attention has a last_conv under every convention.
            segments[i] = segments[i - 1] == "att_block" ? segments[i]
                : Renamed.FirstOrDefault(pair => pair.Theirs == segments[i]).Ours ?? segments[i];
        }

        return string.Join('.', segments);
    }

    /// <summary>The first of their names of a tensor, and those that it also has.</summary>
    /// <param name="ours">Our name.</param>
    /// <param name="naming">The convention.</param>
    public static (string Name, string? Alias) Theirs(string ours, DgmrNaming naming) => naming switch
    {
        DgmrNaming.Deep => (ours, null),
        DgmrNaming.OpenClimateFix when IsOf(DiscriminatorParts, ours) => (Discriminator + ours, null),
        // Files that keep one name keep the first by alphabet.
        DgmrNaming.OpenClimateFix => ours.StartsWith(GeneratorParts[0], StringComparison.Ordinal) ? (ours, Generator + ours) : (Generator + ours, ours),
        _ => (MeteoFrance(ours), null),
    };

    /// <summary>Whether a name of ours belongs to one of the parts.</summary>
    public static bool IsOf(IReadOnlyList<string> parts, string ours) => parts.Any(part => ours.StartsWith(part, StringComparison.Ordinal));

    private static string Bare(string name) =>
        name.StartsWith(Generator, StringComparison.Ordinal) ? name[Generator.Length..]
        : name.StartsWith(Discriminator, StringComparison.Ordinal) ? name[Discriminator.Length..]
        : name;

    private static string MeteoFrance(string ours)
    {
        var segments = ours.Split('.');
        if (segments[0] is "latent_stack" or "sampler")
        {
            return ours;
        }

        return string.Join('.', segments.Select(segment => Renamed.FirstOrDefault(pair => pair.Ours == segment).Theirs ?? segment));
    }
}
