namespace Deep.Parity;

/// <summary>What the command line asks for.</summary>
public sealed record ParityArguments(string? Shared, IReadOnlyList<string> Files)
{
    /// <summary>How to call the runner.</summary>
    public const string Usage = "usage: Deep.Parity [--shared <folder>] <case files or folders...>";

    /// <summary>Reads the command line; folders give all their .json files, in order of their names.</summary>
    /// <exception cref="ArgumentException">An option is unknown, a path does not exist, or there is no case.</exception>
    public static ParityArguments Parse(IReadOnlyList<string> arguments)
    {
        string? shared = null;
        var files = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument == "--shared")
            {
                shared = ++i < arguments.Count ? arguments[i] : throw new ArgumentException("--shared needs a folder");
                if (!Directory.Exists(shared))
                {
                    throw new ArgumentException($"--shared: there is no folder {shared}");
                }
            }
            else if (argument.StartsWith("--", StringComparison.Ordinal))
            {
                throw new ArgumentException($"the option {argument} is not known");
            }
            else if (Directory.Exists(argument))
            {
                files.AddRange(Directory.EnumerateFiles(argument, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
            }
            else
            {
                files.Add(File.Exists(argument) ? argument : throw new ArgumentException($"there is no file or folder {argument}"));
            }
        }

        return files.Count > 0 ? new(shared, files) : throw new ArgumentException("no case file was given");
    }
}
