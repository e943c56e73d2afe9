using System.Globalization;
using Deep.Cli.Reporting;
using Deep.Tensors;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary><c>deep doctor</c>: the machine, the versions, what loads and what does not, and what to do about it.</summary>
internal sealed class DoctorCommand(Terminal terminal) : Command<DoctorSettings>
{
    public override int Execute(CommandContext context, DoctorSettings settings, CancellationToken cancellationToken)
    {
        var report = NativeBackend.Probe();
        if (settings.Json)
        {
            JsonReport.Write(terminal, report);
        }
        else
        {
            Write(report);
        }

        return report.Loads ? ExitCode.Success : ExitCode.Failure;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Fast(bool has, string instead) => has ? "yes" : $"no: {instead}, slower";

    private void Write(BackendReport report)
    {
        var table = new ResultTable("what", "found");
        table.Add("tool", $"deep {typeof(DoctorCommand).Assembly.GetName().Version!.ToString(3)}");
        table.Add("system", report.OperatingSystem);
        table.Add("processor", $"{report.Processor}, {report.ProcessorCount} cores for .NET");
        table.Add("memory", string.Create(CultureInfo.InvariantCulture, $"{report.MemoryBytes / 1e9:F1} GB for .NET"));
        table.Add("runtime", report.Runtime);
        table.Add("TorchSharp", report.TorchSharpVersion);
        table.Add("libtorch", report.Loads ? $"{report.LibTorchVersion}, loads" : "does not load");
        table.Add("loaded from", report.Folder ?? "not known");
        if (report.Loads)
        {
            table.Add("threads per operation", Number(report.Threads));
            table.Add("CUDA devices", report.CudaDevices == 0 ? "none" : Number(report.CudaDevices));
            table.Add("operators by C interface", Fast(report.HasDispatcher, "plain TorchSharp is used"));
            table.Add("fused convolution", Fast(report.HasFusedConvolution, "plain convolutions are used"));
        }

        table.Add("bf16 in the processor", Fast(report.HasBFloat16, "bf16 is computed in f32"));
        table.WriteTo(terminal);
        terminal.Output.WriteLine();
        if (report.Problem is { } problem)
        {
            terminal.Output.WriteLine($"Problem: {problem}");
        }

        terminal.Output.WriteLine(report.Advice is { } advice ? $"What to do: {advice}" : "All is well.");
    }
}
