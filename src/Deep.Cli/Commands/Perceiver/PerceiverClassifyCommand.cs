using System.Globalization;
using Deep.Cli.Models;
using Deep.Cli.Reporting;
using Deep.Media;
using Deep.Perceivers;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary><c>deep perceiver classify</c>: names pictures, or the surfaces of .obj files.</summary>
internal sealed class PerceiverClassifyCommand(Terminal terminal) : Command<PerceiverClassifySettings>
{
    public override int Execute(CommandContext context, PerceiverClassifySettings settings, CancellationToken cancellationToken)
    {
        var files = PictureFiles.Find(settings.Files);
        var results = settings.AreMeshes
            ? Meshes(files, settings, cancellationToken) : Pictures(files, settings, cancellationToken);
        if (settings.Json)
        {
            JsonReport.Write(terminal, new { settings.Model, Files = results });
        }
        else
        {
            Write(results);
        }

        return results.Exists(result => result.Error is not null) ? ExitCode.WrongInput : ExitCode.Success;
    }

    private List<ClassifiedFile> Pictures(
        IReadOnlyList<string> files, PerceiverClassifySettings settings, CancellationToken cancellationToken)
    {
        var options = settings.Into(new PerceiverImageClassifierOptions { LabelsFile = settings.Labels });
        using var classifier = new ModelLoading(terminal, cancellationToken).Load(settings.Model, progress =>
        {
            options.Progress = progress;
            return PerceiverImageClassifier.Load(settings.Model, options);
        });
        return Each(files, file => classifier.Classify(Picture.Open(file), settings.Top), cancellationToken);
    }

    private List<ClassifiedFile> Meshes(
        IReadOnlyList<string> files, PerceiverClassifySettings settings, CancellationToken cancellationToken)
    {
        var options = settings.Into(new PointCloudClassifierOptions { LabelsFile = settings.Labels, Points = settings.Points });
        using var classifier = new ModelLoading(terminal, cancellationToken).Load(settings.Model, progress =>
        {
            options.Progress = progress;
            return PointCloudClassifier.Load(settings.Model, options);
        });
        return Each(files, file => classifier.Classify(TriangleMesh.Open(file), settings.Top), cancellationToken);
    }

    private List<ClassifiedFile> Each(
        IReadOnlyList<string> files, Func<string, IReadOnlyList<Prediction>> classify, CancellationToken cancellationToken)
    {
        var results = new List<ClassifiedFile>();
        foreach (var file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                results.Add(new ClassifiedFile(file, classify(file), null));
            }
            catch (Exception unreadable) when (unreadable is MediaException or ShapeException)
            {
                terminal.WriteWarning(unreadable.Message);
                results.Add(new ClassifiedFile(file, null, unreadable.Message));
            }
        }

        return results;
    }

    private void Write(List<ClassifiedFile> results)
    {
        var table = new ResultTable("file", "label", "probability>");
        foreach (var result in results)
        {
            var file = result.File;
            foreach (var prediction in result.Predictions ?? [])
            {
                table.Add(file, prediction.Label, string.Create(CultureInfo.InvariantCulture, $"{100 * prediction.Probability:F1} %"));
                file = terminal.IsInteractive ? "" : file;
            }
        }

        table.WriteTo(terminal);
    }

    private sealed record ClassifiedFile(string File, IReadOnlyList<Prediction>? Predictions, string? Error);
}
