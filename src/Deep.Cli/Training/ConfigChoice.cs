using Deep.NFNets;

namespace Deep.Cli.Training;

/// <summary>Finds the configuration that a command line means.</summary>
internal static class ConfigChoice
{
    /// <summary>The small preset, a published variant, or the configuration in a JSON file.</summary>
    /// <exception cref="WrongInputException">It is none of them.</exception>
    public static NFNetConfig Find(string name)
    {
        if (name.Equals(SmallPictures.Name, StringComparison.OrdinalIgnoreCase))
        {
            return SmallPictures.Config;
        }

        if (NFNetConfig.Variants.TryGetValue(name, out var variant))
        {
            return variant;
        }

        return File.Exists(name)
            ? NFNetConfig.FromJson(File.ReadAllText(name))
            : throw new WrongInputException(
                $"There is no variant or configuration file '{name}'; 'deep info' lists the variants, "
                + $"'{SmallPictures.Name}' is for small pictures.");
    }
}
