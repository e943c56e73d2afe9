using System.Globalization;
using Deep.Cli.Nowcasts;
using Deep.Cli.Reporting;
using Deep.Nowcast;
using Deep.Tensors;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary><c>deep nowcast run</c>: forecasts rain from the newest radar files, and writes numbers, maps and an animation.</summary>
internal sealed class NowcastRunCommand(Terminal terminal) : Command<NowcastRunSettings>
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    public override int Execute(CommandContext context, NowcastRunSettings settings, CancellationToken cancellationToken)
    {
        ComputeThreads.Use(settings.Threads ?? 0);
        var past = RadarSequence.Read(settings.Files, settings.Context).Coarsen(settings.Coarsen);
        using var chosen = NowcasterChoice.Of(settings.Model, settings.Device);
        var options = new NowcastOptions { Members = settings.Members, Steps = settings.Steps, Seed = settings.Seed, ZScale = settings.ZScale };
        NowcastEnsemble? made = null;
        ProgressBar.ShowOnError(terminal, LineInterval, display =>
            made = chosen.Model.Forecast(past, options, new StageDone(display), cancellationToken));
        using var forecast = made!;
        var files = NowcastFiles.Write(settings.Out, settings.Format, past, forecast, chosen.Model.Name, settings.Above);
        Write(settings, forecast, chosen.Model.Name, files);
        return ExitCode.Success;
    }

    private void Write(NowcastRunSettings settings, NowcastEnsemble forecast, string model, IReadOnlyList<string> files)
    {
        var leads = Enumerable.Range(0, forecast.Steps).Select(step => Lead.Of(forecast, step, settings.Above)).ToArray();
        if (settings.Json)
        {
            JsonReport.Write(terminal, new
            {
                Model = model,
                forecast.Start,
                CadenceMinutes = forecast.Cadence.TotalMinutes,
                forecast.Members,
                Rows = forecast.Grid.Height,
                Columns = forecast.Grid.Width,
                settings.Above,
                Leads = leads,
                Files = files,
            });
            return;
        }

        var table = new ResultTable("time", "lead, min>", "mean, mm/h>", "most, mm/h>", Text($"above {settings.Above:0.##} mm/h, %>"), "unknown, %>");
        foreach (var lead in leads)
        {
            table.Add(
                Text($"{lead.Time:yyyy-MM-dd HH:mm}"), Text($"{lead.Minutes:0.#}"), Text($"{lead.Mean:0.000}"), Text($"{lead.Most:0.0}"),
                Text($"{100 * lead.ShareAbove:0.00}"), Text($"{100 * lead.ShareUnknown:0.0}"));
        }

        table.WriteTo(terminal);
        terminal.Output.WriteLine(Text($"{model}, {forecast.Members} member(s), from {forecast.Start:yyyy-MM-dd HH:mm} UTC. Written: {string.Join(", ", files)}"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Numbers of one lead time over all members and known cells.</summary>
    private sealed record Lead(DateTimeOffset Time, double Minutes, double? Mean, double? Most, double? ShareAbove, double ShareUnknown)
    {
        public static Lead Of(NowcastEnsemble forecast, int step, double above)
        {
            var (sum, most, wet, known, all) = (0.0, 0f, 0L, 0L, 0L);
            for (var member = 0; member < forecast.Members; member++)
            {
                foreach (var rain in forecast.Values(member, step))
                {
                    all++;
                    if (!float.IsNaN(rain))
                    {
                        (sum, most, known, wet) = (sum + rain, Math.Max(most, rain), known + 1, wet + (rain >= above ? 1 : 0));
                    }
                }
            }

            var minutes = (step + 1) * forecast.Cadence.TotalMinutes;
            return known == 0
                ? new Lead(forecast.TimeOf(step), minutes, null, null, null, 1)
                : new Lead(forecast.TimeOf(step), minutes, sum / known, most, (double)wet / known, 1 - ((double)known / all));
        }
    }
}
