using System.Globalization;
using Deep.Cli.Reporting;
using Deep.Hub;

namespace Deep.Cli.Models;

/// <summary>Loads what a command line means by a model, with progress where it has to be downloaded.</summary>
/// <param name="terminal">Shows a download on the error stream, so that results stay alone on the output.</param>
/// <param name="cancellationToken">Ends a download; what has come stays in the cache for the next time.</param>
internal sealed class ModelLoading(Terminal terminal, CancellationToken cancellationToken)
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    /// <summary>Loads something of a model.</summary>
    /// <param name="model">A file, <c>hf:owner/name[@revision]</c> or a variant with published weights.</param>
    /// <param name="load">Loads it and tells a download's progress; null for a file.</param>
    public T Load<T>(string model, Func<IProgress<HubProgress>?, T> load)
    {
        if (File.Exists(model))
        {
            return load(null);
        }

        var loaded = default(T);
        ProgressBar.ShowOnError(
            terminal, LineInterval, display => loaded = load(new Download(display, cancellationToken)));
        return loaded!;
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
