namespace Deep.Cli.Training;

/// <summary>A command line as a person would type it.</summary>
internal static class CommandLine
{
    private const string Plain = "-_./:=,+@%";

    /// <summary>The command that goes on with a run.</summary>
    /// <param name="arguments">What the run was started with.</param>
    /// <returns>The same, but for <c>--fresh</c>, quoted for a shell.</returns>
    public static string ToGoOn(IEnumerable<string> arguments) =>
        string.Join(' ', arguments.Where(argument => argument != "--fresh").Prepend("deep").Select(Quoted));

    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
