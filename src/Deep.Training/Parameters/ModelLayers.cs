using Deep.Nn;
using TorchSharp;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace Deep.Training;

/// <summary>The layers that a model names by <see cref="IHasLayers"/>, for training them at different rates.</summary>
public static class ModelLayers
{
    /// <summary>The layers of a model, or of the one module inside it that names layers.</summary>
    /// <param name="model">Any module.</param>
    /// <returns>From the input to the output.</returns>
    /// <exception cref="ConfigurationException">The model names no layers.</exception>
    public static IReadOnlyList<Module> Of(Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var owner = model as IHasLayers ?? model.modules().OfType<IHasLayers>().FirstOrDefault();
        return owner is { Layers: { Count: > 0 } layers }
            ? layers
            : throw new ConfigurationException(
                "model", $"a model that names its layers ({nameof(IHasLayers)})", model.GetType().Name);
    }

    /// <summary>
    /// Stops the training of the layers next to the input: their parameters no longer require a gradient, so that no
    /// group holds them and the backward pass ends above them.
    /// </summary>
    /// <remarks>Call it before the groups are made. What two layers share is frozen with the first.</remarks>
    /// <param name="model">A model that names its layers.</param>
    /// <param name="count">How many layers, 0 to all of them.</param>
    /// <exception cref="ConfigurationException">The model names no layers, or not that many.</exception>
    public static void Freeze(Module model, int count)
    {
        var layers = Of(model);
        if (count < 0 || count > layers.Count)
        {
            throw new ConfigurationException("frozen layers", $"0 to {layers.Count}", count);
        }

        foreach (var parameter in layers.Take(count).SelectMany(layer => layer.parameters()))
        {
            parameter.requires_grad = false;
        }
    }

    /// <summary>The place of each parameter's layer, by the parameter's handle.</summary>
    internal static Dictionary<IntPtr, int> Places(IReadOnlyList<Module> layers)
    {
        var places = new Dictionary<IntPtr, int>();
        for (var i = 0; i < layers.Count; i++)
        {
            foreach (var parameter in layers[i].parameters())
            {
                places.TryAdd(parameter.Handle, i);
            }
        }

        return places;
    }
}
