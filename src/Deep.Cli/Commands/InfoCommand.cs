using System.Globalization;
using Deep.Checkpoints;
using Deep.Cli.Reporting;
using Deep.NFNets;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary><c>deep info</c>: what a variant costs, or what a checkpoint file holds.</summary>
internal sealed class InfoCommand(Terminal terminal) : Command<InfoSettings>
{
    private const int MetadataLength = 100;

    public override int Execute(CommandContext context, InfoSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Model is null)
        {
            ListVariants(settings);
        }
        else if (NFNetConfig.Variants.TryGetValue(settings.Model, out var variant))
        {
            Describe(variant, settings);
        }
        else if (!File.Exists(settings.Model))
        {
            throw new WrongInputException(
                $"There is no variant or file '{settings.Model}'; 'deep info' without a name lists the variants.");
        }
        else if (Path.GetExtension(settings.Model).Equals(".json", StringComparison.OrdinalIgnoreCase)
            && !settings.Model.EndsWith(".index.json", StringComparison.OrdinalIgnoreCase))
        {
            Describe(NFNetConfig.FromJson(File.ReadAllText(settings.Model)), settings);
        }
        else
        {
            DescribeFile(settings.Model, settings);
        }

        return ExitCode.Success;
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Giga(double multiplyAdds) => Text(multiplyAdds / 1e9, multiplyAdds < 1e8 ? "F4" : "F2");

    private static string Shortened(string value) => value.Length <= MetadataLength
        ? value
        : $"{value[..MetadataLength]}… ({value.Length:N0} characters)";

    private void ListVariants(InfoSettings settings)
    {
        // In the order of declaration: by family, then by size.
        NetworkSummary[] all =
            [.. NFNetConfig.Variants.Select(named => NetworkSummary.Of(named.Key, named.Value, settings.Size))];
        if (settings.Json)
        {
            JsonReport.Write(terminal, all);
            return;
        }

        var table = new ResultTable("variant", "parameters, M>", "train px>", "GMACs>", "test px>", "GMACs>");
        foreach (var network in all)
        {
            table.Add(
                network.Name, Text(network.Parameters / 1e6, "F2"),
                Text(network.Train.Size, "F0"), Giga(network.Train.MultiplyAdds),
                Text(network.Test.Size, "F0"), Giga(network.Test.MultiplyAdds));
        }

        table.WriteTo(terminal);
    }

    private void Describe(NFNetConfig config, InfoSettings settings)
    {
        var summary = NetworkSummary.Of(config.Name, config, settings.Size);
        var layers = settings.Layers ? NFNetCost.Layers(config, summary.ShownSize, summary.ShownSize) : null;
        if (settings.Json)
        {
            JsonReport.Write(terminal, new { Network = summary, Layers = layers });
            return;
        }

        WriteNetwork(summary);
        if (layers is null)
        {
            return;
        }

        terminal.Output.WriteLine();
        var table = new ResultTable("layer", "kind", "weight", $"output at {summary.ShownSize} px", "parameters>", "MMACs>");
        foreach (var layer in layers)
        {
            table.Add(
                layer.Name, layer.Kind.ToString(), $"[{string.Join(", ", layer.WeightShape)}]",
                $"[{layer.Channels}, {layer.Height}, {layer.Width}]",
                Text(layer.Parameters, "N0"), Text(layer.MultiplyAdds / 1e6, "N2"));
        }

        table.WriteTo(terminal);
    }

    private void WriteNetwork(NetworkSummary network)
    {
        var table = new ResultTable("what", "value");
        table.Add("network", network.Name);
        table.Add("blocks", $"{string.Join("-", network.Blocks)} of {string.Join("-", network.Widths)} channels");
        table.Add("classes", Text(network.Classes, "F0"));
        table.Add("parameters", $"{Text(network.Parameters, "N0")} ({Text(network.Parameters / 1e6, "F2")} M)");
        foreach (var (name, cost) in network.Costs)
        {
            table.Add($"multiply-adds, {name}", $"{Giga(cost.MultiplyAdds)} G at {cost.Size} px");
        }

        table.WriteTo(terminal);
    }

    private void DescribeFile(string path, InfoSettings settings)
    {
        using var checkpoint = Checkpoint.Open(path);
        var tensors = checkpoint.Tensors.Values.ToArray();
        var types = tensors.GroupBy(tensor => tensor.StoredType).Select(group => $"{group.Count()} {group.Key}");
        if (settings.Json)
        {
            JsonReport.Write(terminal, new
            {
                File = path,
                FileBytes = new FileInfo(path).Length,
                Elements = tensors.Sum(tensor => tensor.Elements),
                checkpoint.Metadata,
                Tensors = settings.Layers
                    ? tensors.Select(tensor => new { tensor.Name, Type = tensor.StoredType, tensor.Shape })
                    : null,
            });
            return;
        }

        var table = new ResultTable("what", "value");
        table.Add("file", path);
        table.Add("size", $"{Text(new FileInfo(path).Length / 1e6, "N2")} MB");
        table.Add("tensors", $"{tensors.Length}: {string.Join(", ", types)}");
        table.Add("numbers", Text(tensors.Sum(tensor => tensor.Elements), "N0"));
        foreach (var (key, value) in checkpoint.Metadata)
        {
            table.Add($"metadata {key}", Shortened(value));
        }

        table.WriteTo(terminal);
        if (settings.Layers)
        {
            terminal.Output.WriteLine();
            var list = new ResultTable("tensor", "type", "shape", "numbers>");
            foreach (var tensor in tensors)
            {
                list.Add(tensor.Name, tensor.StoredType, tensor.ShapeText, Text(tensor.Elements, "N0"));
            }

            list.WriteTo(terminal);
        }
    }
}
