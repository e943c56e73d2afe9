using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deep.Nn;

/// <summary>Parameters that live as long as their module, whatever dispose scope it is made in.</summary>
/// <remarks>TorchSharp counts a parameter made by <c>new Parameter</c> to the open scope: at its end the module would lose its weights.</remarks>
public static class ModuleParameter
{
    /// <summary>Makes a parameter.</summary>
    /// <param name="initial">Its first values; the parameter takes them over.</param>
    /// <param name="requiresGrad">Whether it is trained.</param>
    /// <returns>The parameter, of no dispose scope. The module that registers it disposes it.</returns>
    public static Parameter Of(Tensor initial, bool requiresGrad = true)
    {
        var parameter = new Parameter(initial, requiresGrad);
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}
