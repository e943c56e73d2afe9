using System.Globalization;
using Deep.Checkpoints;
using Deep.Cli.Reporting;
using Deep.NFNets;
using Deep.Tensors;
using Spectre.Console.Cli;
using static TorchSharp.torch;

namespace Deep.Cli.Commands;

/// <summary><c>deep convert</c>: a checkpoint in another format, under other names, in another type of numbers.</summary>
internal sealed class ConvertCommand(Terminal terminal) : Command<ConvertSettings>
{
    public override int Execute(CommandContext context, ConvertSettings settings, CancellationToken cancellationToken)
    {
        NativeBackend.EnsureLoaded();
        if (Path.GetFullPath(settings.In) == Path.GetFullPath(settings.Out))
        {
            throw new WrongInputException("The new file must have another name than the old one.");
        }

        using var scope = NewDisposeScope();
        using var source = Checkpoint.Open(settings.In);
        var (tensors, metadata) = settings.Naming is { } naming ? Rename(source, naming) : Copy(source, cancellationToken);
        if (settings.Type is { } type)
        {
            var wanted = Precisions.Parse(type).ToScalarType();
            tensors = tensors.ToDictionary(
                named => named.Key,
                named => named.Value.is_floating_point() ? named.Value.to(wanted) : named.Value);
        }

        cancellationToken.ThrowIfCancellationRequested();
        Checkpoint.Save(settings.Out, tensors, HasMetadata(settings.Out) ? metadata : null);
        terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{settings.Out}: {tensors.Count} tensors, {new FileInfo(settings.Out).Length / 1e6:F2} MB."));
        return ExitCode.Success;
    }

    private static bool HasMetadata(string path) =>
        !Path.GetExtension(path).Equals(".npz", StringComparison.OrdinalIgnoreCase);

    private static (IReadOnlyDictionary<string, Tensor>, IReadOnlyDictionary<string, string>) Copy(
        ICheckpoint source, CancellationToken cancellationToken)
    {
        var tensors = new Dictionary<string, Tensor>();
        foreach (var name in source.Tensors.Keys)
        {
            cancellationToken.ThrowIfCancellationRequested();
            tensors[name] = source.Read(name);
        }

        return (tensors, source.Metadata);
    }

    private static (IReadOnlyDictionary<string, Tensor>, IReadOnlyDictionary<string, string>) Rename(
        ICheckpoint source, string naming)
    {
        var labels = NFNetCheckpoint.LabelsOf(source);
        using var network = NFNetCheckpoint.Load(source);
        var map = NFNetNames.Map(network.Config, naming == "timm" ? NFNetNaming.Timm : NFNetNaming.Haiku);
        return (map.Export(network.state_dict()), NFNetCheckpoint.Metadata(network.Config, labels));
    }
}
