using System.Diagnostics;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Parity.Families;
using static TorchSharp.torch;

namespace Deep.Parity;

/// <summary>Runs case files one after another through the families' adapters.</summary>
public sealed class ParityRunner(IReadOnlyList<IParityFamily> families, SharedFolder folder)
{
    /// <summary>Runs one case file; whatever goes wrong in it is a failed case, never an exception.</summary>
    public CaseResult Run(string file)
    {
        var watch = Stopwatch.StartNew();
        var name = Path.GetFileNameWithoutExtension(file);
        ParityCase? parity = null;
        CaseCheck? check = null;
        string? error = null;
        try
        {
            parity = ParityCase.Read(file);
            check = new(parity);
            var family = families.FirstOrDefault(f => f.Owns(parity))
                ?? throw new MalformedCaseException($"no adapter knows the family {parity.Family} with format {parity.Format}");
            using (NewDisposeScope())
            {
                family.Run(parity, folder, check);
            }

            check.Close();
        }
#pragma warning disable CA1031 // One broken case must not hide the others: every exception becomes this case's reason.
        catch (Exception e)
#pragma warning restore CA1031
        {
            error = e is MalformedCaseException ? e.Message : $"{e.GetType().Name}: {FirstLine(e.Message)}";
        }

        var model = parity is null ? "unknown/unknown" : $"{parity.Family}/{parity.Model}";
        var reason = error ?? (check!.Failures.Count > 0 ? Summary(check.Failures) : check.NotBuilt);
        var status = error is not null || check!.Failures.Count > 0 ? CaseStatus.Fail : check.NotBuilt is not null ? CaseStatus.Skip : CaseStatus.Pass;
        return new(status, model, name, check?.LargestError ?? 0, check?.Tolerance ?? 0, watch.Elapsed.TotalSeconds, reason);
    }

    /// <summary>Runs all cases, writes a line each and the totals last.</summary>
    /// <returns>The process's exit code: 0 if no case failed, else 1.</returns>
    public int RunAll(IReadOnlyList<string> files, TextWriter output)
    {
        var counts = new Dictionary<CaseStatus, int>();
        foreach (var file in files)
        {
            var result = Run(file);
            counts[result.Status] = counts.GetValueOrDefault(result.Status) + 1;
            output.WriteLine(result);
            output.Flush();
        }

        int Count(CaseStatus status) => counts.GetValueOrDefault(status);
        output.WriteLine(
            $"parity: {Count(CaseStatus.Pass)} passed, {Count(CaseStatus.Fail)} failed, {Count(CaseStatus.Skip)} skipped");
        return Count(CaseStatus.Fail) == 0 ? 0 : 1;
    }

    private static string FirstLine(string text) => text.AsSpan().Trim().ToString().Split('\n')[0].Trim();

    private static string Summary(IReadOnlyList<string> failures) =>
        failures.Count == 1 ? failures[0] : $"{failures[0]} (and {failures.Count - 1} more)";
}
