using Deep.Nowcast;
using Deep.Nowcast.Plots;

namespace Deep.Cli.Nowcasts;

/// <summary>The files that a verification becomes.</summary>
internal static class VerificationFiles
{
    /// <summary>Writes them.</summary>
    /// <returns>Their paths.</returns>
    public static IReadOnlyList<string> Write(string folder, NowcastReport report)
    {
        Directory.CreateDirectory(folder);
        string[] files = [Path.Combine(folder, "report.html"), Path.Combine(folder, "report.json"), Path.Combine(folder, "report.csv")];
        NowcastPage.Save(report, files[0]);
        report.SaveJson(files[1]);
        report.SaveCsv(files[2]);
        return files;
    }
}
