using System.ComponentModel;
using Deep.Perceivers;
using Deep.Tensors;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary>What all uses of a Perceiver can be told.</summary>
internal abstract class PerceiverSettings : MachineSettings
{
    [CommandOption("--model <MODEL>", isRequired: true)]
    [Description("A file, 'hf:owner/name[[@revision]]' or a published variant.")]
    public string Model { get; init; } = "";

    [CommandOption("--precision <TYPE>")]
    [Description("f32, bf16 or f16: what is computed in.")]
    [DefaultValue("f32")]
    public string Precision { get; init; } = "f32";

    [CommandOption("--json")]
    [Description("Writes one JSON document to the output, and nothing else.")]
    public bool Json { get; init; }

    /// <summary>Writes what was told into a use's options.</summary>
    public T Into<T>(T options)
        where T : PerceiverOptions
    {
        ComputeThreads.Use(Threads ?? 0);
        options.Model = Model;
        options.Device = Device;
        options.Precision = Precisions.Parse(Precision);
        return options;
    }
}
