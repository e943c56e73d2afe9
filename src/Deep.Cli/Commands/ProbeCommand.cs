using System.Globalization;
using Deep.Checkpoints;
using Deep.Cli.Models;
using Deep.Cli.Reporting;
using Deep.Tensors;
using Deep.Training;
using Deep.Training.Plots;
using Deep.Training.SignalPropagation;
using Spectre.Console.Cli;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Cli.Commands;

/// <summary><c>deep probe</c>: follows the signal through a transformer, and says whether it can be trained.</summary>
internal sealed class ProbeCommand(Terminal terminal) : Command<ProbeSettings>
{
    private const int LongestByDefault = 256;
    private const int Rows = 24;

    public override int Execute(CommandContext context, ProbeSettings settings, CancellationToken cancellationToken)
    {
        ComputeThreads.Use(settings.Threads ?? 0);
        RequireFolder(settings.Plot);
        using var language = Open(settings);
        using var tokens = Read(settings, language);
        var report = SignalProbe.Run(language.Model, tokens);
        if (settings.Plot is not null)
        {
            SignalPng.Save(settings.Plot, report);
        }

        if (settings.Json)
        {
            JsonReport.Write(terminal, Document(report));
            return ExitCode.Success;
        }

        Write(report);
        if (settings.Plot is not null)
        {
            terminal.Output.WriteLine($"The picture: {settings.Plot}");
        }

        return ExitCode.Success;
    }

    private static void RequireFolder(string? file)
    {
        if (file is not null && Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && !Directory.Exists(folder))
        {
            throw new WrongInputException($"The picture '{file}' cannot be written: there is no folder '{folder}'.");
        }
    }

    private static LanguageModel Open(ProbeSettings settings)
    {
        var device = Devices.Resolve(settings.Device);
        if (settings.Model is not { } model)
        {
            var text = settings.Text is null ? null : TextFiles.Read(settings.Text);
            var vocabulary = text is null ? null : TextVocabulary.Characters(text);
            var tokens = text is null ? null : TokenSequence.Of(settings.Text!, text, vocabulary!);
            return Fresh(settings.Config(vocabulary?.Size ?? ProbeSettings.Tokens, tokens), vocabulary);
        }

        if (!File.Exists(model))
        {
            throw new WrongInputException($"There is no configuration or model '{model}'.");
        }

        return Path.GetExtension(model).Equals(".json", StringComparison.OrdinalIgnoreCase)
            ? Fresh(VanillaTransformerConfig.FromJson(File.ReadAllText(model)), null)
            : LanguageModel.Load(model, device);

        LanguageModel Fresh(VanillaTransformerConfig config, TextVocabulary? vocabulary) =>
            new(VanillaTransformer.Create(config, (ulong)settings.Seed, device), vocabulary);
    }

    // [batch, length]: consecutive windows of the text, or tokens that are drawn one by one.
    private static Tensor Read(ProbeSettings settings, LanguageModel language)
    {
        var config = language.Model.Config;
        if (config.Patches is not null)
        {
            throw new WrongInputException($"The model reads pictures ({config}); 'deep probe' expects one that reads tokens.");
        }

        var length = settings.Length ?? Math.Min(config.Length, LongestByDefault);
        var device = Devices.Resolve(settings.Device);
        if (settings.Text is { } file)
        {
            var vocabulary = language.Vocabulary ?? (config.Vocabulary == TextVocabulary.Bytes().Size
                ? TextVocabulary.Bytes()
                : throw new WrongInputException($"A configuration of {config.Vocabulary} tokens says not which they are; leave out --text, or give a saved model."));
            return TokenSequence.Of(file, TextFiles.Read(file), vocabulary).Windows(0, length, settings.Batch, device);
        }

        var random = new RandomState((ulong)settings.Seed);
        var drawn = Enumerable.Range(0, settings.Batch * length).Select(_ => (long)random.NextInt32(config.Vocabulary)).ToArray();
        return tensor(drawn, [settings.Batch, length], ScalarType.Int64, device);
    }

    private static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static object Document(SignalReport report) => new
    {
        report.Verdict,
        Healthy = report.IsHealthy,
        Findings = report.Verdicts.Select(verdict => new { Finding = verdict.Finding.ToString(), verdict.Layer, verdict.Kind, Value = Finite(verdict.Value) }),
        Loss = Finite(report.Loss),
        Layers = report.Layers.Select(layer => new
        {
            layer.Layer,
            layer.Kind,
            SquaredNorm = Finite(layer.Measured.SquaredNorm),
            NeighbourCosine = Finite(layer.Measured.NeighbourCosine),
            DistantCosine = Finite(layer.Measured.DistantCosine),
            TheorySquaredNorm = Finite(layer.Theory?.SquaredNorm),
            TheoryNeighbourCosine = Finite(layer.Theory?.NeighbourCosine),
            TheoryDistantCosine = Finite(layer.Theory?.DistantCosine),
            GradientNorm = Finite(layer.GradientNorm),
            AttentionEntropy = Finite(layer.AttentionEntropy),
        }),
    };

    private void Write(SignalReport report)
    {
        terminal.Output.WriteLine(report.Verdict);
        var table = new ResultTable(
            "layer>", "kind", "q>", "theory>", "neighbours>", "theory>", "distant>", "theory>", "gradient>", "entropy>");
        var every = Math.Max(1, report.Layers.Count / Rows);
        foreach (var layer in report.Layers.Where(layer => layer.Layer % every == 0 || layer.Layer == report.Layers.Count - 1))
        {
            table.Add(
                Text(layer.Layer, "F0"), layer.Kind,
                Text(layer.Measured.SquaredNorm, "F3"), Text(layer.Theory?.SquaredNorm, "F3"),
                Text(layer.Measured.NeighbourCosine, "F4"), Text(layer.Theory?.NeighbourCosine, "F4"),
                Text(layer.Measured.DistantCosine, "F4"), Text(layer.Theory?.DistantCosine, "F4"),
                Text(layer.GradientNorm, "G3"), Text(layer.AttentionEntropy, "F3"));
        }

        table.WriteTo(terminal);
        terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Loss {report.Loss:F4} nats a token. Healthy is q from {report.Bounds.LeastSquaredNorm} to {report.Bounds.GreatestSquaredNorm}, a cosine of "
            + $"distant positions up to {report.Bounds.GreatestCosine}, and gradients within a factor of {report.Bounds.GradientFactor:N0} of the last layer's."));
    }
}
