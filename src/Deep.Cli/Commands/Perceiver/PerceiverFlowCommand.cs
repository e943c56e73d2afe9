using System.Globalization;
using Deep.Cli.Models;
using Deep.Cli.Reporting;
using Deep.Media;
using Deep.Perceivers;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary><c>deep perceiver flow</c>: estimates and draws where each pixel of a picture goes in the next one.</summary>
internal sealed class PerceiverFlowCommand(Terminal terminal) : Command<PerceiverFlowSettings>
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    public override int Execute(CommandContext context, PerceiverFlowSettings settings, CancellationToken cancellationToken)
    {
        var (first, second) = (Picture.Open(settings.First), Picture.Open(settings.Second));
        var truth = settings.Truth is { } file ? FlowField.Open(file) : null;
        var options = settings.Into(new OpticalFlowOptions { BatchSize = settings.Batch });
        using var flow = new ModelLoading(terminal, cancellationToken).Load(settings.Model, progress =>
        {
            options.Progress = progress;
            return OpticalFlow.Load(settings.Model, options);
        });
        FlowField? field = null;
        ProgressBar.ShowOnError(terminal, LineInterval, display =>
            field = flow.Estimate(first, second, new PartDone(display, "of the tiles"), cancellationToken));
        FlowPicture.Draw(field!).Save(settings.Out);
        if (settings.Flo is { } flo)
        {
            field!.Save(flo);
        }

        if (settings.Warped is { } warped)
        {
            field!.Warp(second).Save(warped);
        }

        Write(settings, field!, truth is null ? null : field!.EndPointError(truth));
        return ExitCode.Success;
    }

    private void Write(PerceiverFlowSettings settings, FlowField field, double? error)
    {
        var lengths = new double[field.U.Length];
        for (var pixel = 0; pixel < lengths.Length; pixel++)
        {
            lengths[pixel] = double.Hypot(field.U[pixel], field.V[pixel]);
        }

        var (mean, longest) = (lengths.Average(), lengths.Max());
        if (settings.Json)
        {
            JsonReport.Write(terminal, new
            {
                settings.Model,
                field.Width,
                field.Height,
                MeanLength = mean,
                LongestLength = longest,
                EndPointError = error,
                settings.Out,
                settings.Flo,
                settings.Warped,
            });
            return;
        }

        var table = new ResultTable("width>", "height>", "mean flow, pixels>", "longest, pixels>", "end-point error>", "picture");
        table.Add(Text(field.Width), Text(field.Height), Text(mean), Text(longest), error is { } e ? Text(e) : "-", settings.Out);
        table.WriteTo(terminal);
    }

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
