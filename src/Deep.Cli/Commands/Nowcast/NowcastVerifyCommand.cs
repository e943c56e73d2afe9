using System.Globalization;
using Deep.Cli.Nowcasts;
using Deep.Cli.Reporting;
using Deep.Nowcast;
using Deep.Tensors;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary><c>deep nowcast verify</c>: forecasts past events and says how good that was, beside persistence and extrapolation.</summary>
internal sealed class NowcastVerifyCommand(Terminal terminal) : Command<NowcastVerifySettings>
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    public override int Execute(CommandContext context, NowcastVerifySettings settings, CancellationToken cancellationToken)
    {
        ComputeThreads.Use(settings.Threads ?? 0);
        var cases = Cases(settings);
        var chosen = settings.AllModels.Select(name => NowcasterChoice.Of(name, settings.Device)).ToArray();
        try
        {
            var protocol = new NowcastProtocol
            {
                Steps = settings.Steps,
                Members = settings.Members,
                Thresholds = settings.Thresholds,
                WindowPixels = settings.Window,
                Seed = settings.Seed,
            };
            NowcastReport? made = null;
            ProgressBar.ShowOnError(terminal, LineInterval, display => made = NowcastVerification.Run(
                cases, [.. chosen.Select(choice => choice.Model)], protocol, new StageDone(display), cancellationToken));
            Write(settings, made!, VerificationFiles.Write(settings.Out, made!));
            return ExitCode.Success;
        }
        finally
        {
            Array.ForEach(chosen, choice => choice.Dispose());
        }
    }

    private static List<NowcastCase> Cases(NowcastVerifySettings settings)
    {
        NowcastCase[] all =
        [
            .. RadarSequence.ReadRuns(settings.Files).SelectMany(
                run => NowcastCase.Of(run.Coarsen(settings.Coarsen), settings.Context, settings.Steps, settings.Stride)),
        ];
        if (all.Length == 0)
        {
            throw new WrongInputException(
                $"No run of observations without a gap has the {settings.Context + settings.Steps} of a case: fewer --steps, or more files.");
        }

        var count = Math.Min(settings.Cases ?? all.Length, all.Length);
        return [.. Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Length / count)])];
    }

    private void Write(NowcastVerifySettings settings, NowcastReport report, IReadOnlyList<string> files)
    {
        if (settings.Json)
        {
            JsonReport.Write(terminal, new
            {
                Cases = report.Cases.Count,
                report.LeadMinutes,
                Models = report.Models.Select(model => new
                {
                    model.Name,
                    model.Members,
                    Crps = Finite(model.Leads.Select(lead => lead.Crps.Exact)),
                    Csi = report.Protocol.Thresholds.Select((threshold, i) => new
                    {
                        Above = threshold,
                        Values = Finite(model.Leads.Select(lead => lead.MemberTables[i].CriticalSuccessIndex)),
                    }),
                    SecondsOfForecast = model.ForecastSeconds / report.Cases.Count,
                }),
                Files = files,
            });
            return;
        }

        int[] shown = [.. new[] { report.LeadMinutes.Count / 3, 2 * report.LeadMinutes.Count / 3, report.LeadMinutes.Count }
            .Where(lead => lead > 0).Distinct().Select(lead => lead - 1)];
        var first = report.Protocol.Thresholds[0];
        var table = new ResultTable(
        [
            "model", "members>", .. shown.Select(lead => Text($"CRPS +{report.LeadMinutes[lead]:0} min>")),
            .. shown.Select(lead => Text($"CSI {first:0.##} mm/h +{report.LeadMinutes[lead]:0} min>")),
        ]);
        foreach (var model in report.Models)
        {
            table.Add(
            [
                model.Name, Text($"{model.Members}"), .. shown.Select(lead => Text($"{model.Leads[lead].Crps.Exact:0.0000}")),
                .. shown.Select(lead => Text($"{model.Leads[lead].MemberTables[0].CriticalSuccessIndex:0.000}")),
            ]);
        }

        table.WriteTo(terminal);
        terminal.Output.WriteLine(Text($"{report.Cases.Count} cases, CRPS in mm/h. Written: {string.Join(", ", files)}"));
    }

    // JSON has no NaN.
    private static IEnumerable<double?> Finite(IEnumerable<double> values) => values.Select(value => double.IsFinite(value) ? value : (double?)null);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
