using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deep.Parity.Families;

/// <summary>The smallest model: one parameter.</summary>
internal sealed class OneTensor : nn.Module
{
    /// <summary>The parameter's name.</summary>
    public const string Name = "value";

    /// <summary>A model of a value, which becomes its own.</summary>
    public OneTensor(Tensor value)
        : base(nameof(OneTensor))
    {
        Value = new Parameter(value);
        register_parameter(Name, Value);
    }

    /// <summary>The parameter.</summary>
    public Parameter Value { get; }

    /// <summary>Gives the parameter another value.</summary>
    public void Set(Tensor value)
    {
        using var withoutGradient = no_grad();
        Value.copy_(value);
    }
}
