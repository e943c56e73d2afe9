using Deep.Nn;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace Deep.Training;

/// <summary>
/// Finds each parameter's role from the module tree: from the kind of layer it belongs to, never from its name.
/// </summary>
/// <remarks>
/// The weight of a stock convolution, linear or embedding layer is a <see cref="ParameterRole.Weight"/>, its bias a
/// <see cref="ParameterRole.GainOrBias"/>. In any other module a parameter with at most one dimension longer than 1 (a
/// bias, a gain of shape [O, 1, 1, 1], a scalar) is a <see cref="ParameterRole.GainOrBias"/>, all else a weight. The
/// weights of the module that the model names by <see cref="IHasClassifier"/>, and of the modules inside it, are
/// <see cref="ParameterRole.ClassifierWeight"/>.
/// </remarks>
public static class ParameterRoles
{
    /// <summary>
    /// The parameters of a model that require a gradient, in the order of the module tree, each once.
    /// </summary>
    /// <param name="model">Any module.</param>
    public static IReadOnlyList<TrainableParameter> Of(Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var found = new List<TrainableParameter>();
        var seen = new HashSet<IntPtr>();
        var owners = model.modules().OfType<IHasClassifier>().Append(model as IHasClassifier);
        var classifiers = owners.Select(owner => owner?.Classifier).OfType<Module>().ToHashSet();
        Visit(model, "", insideClassifier: false, classifiers, found, seen);
        return found;
    }

    private static void Visit(
        Module module, string prefix, bool insideClassifier, HashSet<Module> classifiers,
        List<TrainableParameter> found, HashSet<IntPtr> seen)
    {
        insideClassifier |= classifiers.Contains(module);
        foreach (var (name, parameter) in module.named_parameters(recurse: false))
        {
            if (parameter.requires_grad && seen.Add(parameter.Handle))
            {
                var role = !IsWeight(module, parameter) ? ParameterRole.GainOrBias
                    : insideClassifier ? ParameterRole.ClassifierWeight
                    : ParameterRole.Weight;
                found.Add(new TrainableParameter(prefix + name, parameter, role));
            }
        }

        foreach (var (name, child) in module.named_children())
        {
            Visit(child, $"{prefix}{name}.", insideClassifier, classifiers, found, seen);
        }
    }

    private static bool IsWeight(Module module, Tensor parameter) => module switch
    {
        // A layer's bias is a vector, and its weight never is: a linear layer with one output still has a matrix.
        Linear or Conv1d or Conv2d or Conv3d or ConvTranspose1d or ConvTranspose2d or ConvTranspose3d or Embedding
            => parameter.dim() > 1,
        _ => parameter.shape.Count(size => size > 1) > 1,
    };
}
