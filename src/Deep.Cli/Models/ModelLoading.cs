using System.Globalization;
using Deep.Cli.Commands;
using Deep.Cli.Reporting;
using Deep.Hub;
using Deep.NFNets;
using Deep.Tensors;

namespace Deep.Cli.Models;

/// <summary>Loads the classifier that a command line means, with progress where it has to be downloaded.</summary>
internal static class ModelLoading
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    /// <summary>Loads the model.</summary>
    /// <param name="model">A file, <c>hf:owner/name[@revision]</c> or a variant with published weights.</param>
    /// <param name="settings">Device, precision and labels.</param>
    /// <param name="terminal">Shows a download on the error stream, so that results stay alone on the output.</param>
    /// <param name="cancellationToken">Ends a download; what has come stays in the cache for the next time.</param>
    public static ImageClassifier Load(
        string model, ClassifySettings settings, Terminal terminal, CancellationToken cancellationToken)
    {
        var options = new ImageClassifierOptions
        {
            Device = settings.Device,
            Precision = Precisions.Parse(settings.Precision),
            LabelsFile = settings.Labels,
        };
        if (File.Exists(model))
        {
            return ImageClassifier.Load(model, options);
        }

        ImageClassifier? classifier = null;
        ProgressBar.ShowOnError(terminal, LineInterval, display =>
        {
            options.Progress = new Download(display, cancellationToken);
            classifier = ImageClassifier.Load(model, options);
        });
        return classifier!;
    }

    private sealed class Download(IProgressDisplay display, CancellationToken cancellationToken)
        : IProgress<HubProgress>
    {
        public void Report(HubProgress value)
        {
            // The download runs on this call's own thread, so throwing here is what stops it.
            cancellationToken.ThrowIfCancellationRequested();
            var total = value.TotalBytes > 0 ? $" of {Megabytes(value.TotalBytes)}" : "";
            display.Report(
                value.TotalBytes > 0 ? (double)value.Bytes / value.TotalBytes : 0,
                $"{value.Note ?? value.File}: {Megabytes(value.Bytes)}{total} MB");
        }

        private static string Megabytes(long bytes) => (bytes / 1e6).ToString("F1", CultureInfo.InvariantCulture);
    }
}
