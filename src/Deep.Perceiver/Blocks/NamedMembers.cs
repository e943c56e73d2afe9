using Deep.Nn;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

/// <summary>Modules, and learned vectors [1, channels], by name: the parts of each modality.</summary>
internal sealed class NamedMembers : nn.Module
{
    public NamedMembers()
        : base(nameof(NamedMembers))
    {
    }

    public Parameter this[string name] => get_parameter(name)!;

    public void Add(string name, int channels, Device? device) => register_parameter(name, ModuleParameter.Of(empty(1, channels, device: device)));

    /// <summary>Nothing: every member has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }
}
