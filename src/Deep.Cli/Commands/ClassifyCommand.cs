using System.Globalization;
using Deep.Cli.Models;
using Deep.Cli.Reporting;
using Deep.Media;
using Deep.NFNets;
using Deep.Tensors;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary><c>deep classify</c>: names pictures.</summary>
internal sealed class ClassifyCommand(Terminal terminal) : Command<ClassifySettings>
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    public override int Execute(CommandContext context, ClassifySettings settings, CancellationToken cancellationToken)
    {
        var files = PictureFiles.Find(settings.Pictures);
        var model = EmbeddedModel.OrGiven(settings.Model);
        var options = new ImageClassifierOptions
        {
            Device = settings.Device,
            Precision = Precisions.Parse(settings.Precision),
            LabelsFile = settings.Labels,
        };
        using var classifier = new ModelLoading(terminal, cancellationToken).Load(model, progress =>
        {
            options.Progress = progress;
            return ImageClassifier.Load(model, options);
        });
        var results = new List<ClassifiedPicture>();
        var sheet = new List<ContactSheetEntry>();
        if (settings.Json || files.Count == 1)
        {
            Classify(classifier, files, settings, results, sheet, (_, _) => { }, cancellationToken);
        }
        else
        {
            ProgressBar.Show(terminal, LineInterval, display =>
                Classify(classifier, files, settings, results, sheet, display.Report, cancellationToken));
        }

        if (settings.Json)
        {
            JsonReport.Write(terminal, new { Model = model, Pictures = results });
        }
        else
        {
            Write(results);
        }

        if (settings.Sheet is { } path && sheet.Count > 0)
        {
            new ContactSheet { Bars = Math.Min(settings.Top, 3) }.Save(path, sheet);
        }

        return results.Exists(result => result.Error is not null) ? ExitCode.WrongInput : ExitCode.Success;
    }

    private void Classify(
        ImageClassifier classifier, IReadOnlyList<string> files, ClassifySettings settings,
        List<ClassifiedPicture> results, List<ContactSheetEntry> sheet, Action<double, string> report,
        CancellationToken cancellationToken)
    {
        for (var i = 0; i < files.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            report((double)i / files.Count, $"{i} of {files.Count} pictures");
            try
            {
                var picture = Picture.Open(files[i]);
                var predictions = classifier.Classify(picture, settings.Top);
                results.Add(new ClassifiedPicture(files[i], predictions, null));
                if (settings.Sheet is not null)
                {
                    sheet.Add(SheetEntry.Of(picture, Path.GetFileName(files[i]), predictions));
                }
            }
            catch (Exception unreadable)
                when (unreadable is MediaException or IOException or UnauthorizedAccessException)
            {
                terminal.WriteWarning(unreadable.Message);
                results.Add(new ClassifiedPicture(files[i], null, unreadable.Message));
            }
        }
    }

    private void Write(List<ClassifiedPicture> results)
    {
        var table = new ResultTable("picture", "label", "probability>");
        foreach (var result in results)
        {
            var file = result.File;
            foreach (var prediction in result.Predictions ?? [])
            {
                var percent = string.Create(CultureInfo.InvariantCulture, $"{100 * prediction.Probability:F1} %");
                table.Add(file, prediction.Label, percent);
                file = terminal.IsInteractive ? "" : file;
            }
        }

        table.WriteTo(terminal);
    }
}
