using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training;

/// <summary>Copies of a module's buffers, such as running means, to which they can return; none cost nothing.</summary>
/// <remarks>For a forward pass that must leave no trace. Dispose it to dispose the copies.</remarks>
public sealed class KeptBuffers : IDisposable
{
    private readonly (Tensor Live, Tensor Copy)[] _entries;

    /// <summary>Copies the buffers.</summary>
    /// <param name="model">The module.</param>
    public KeptBuffers(Module model)
    {
        using var withoutGradient = no_grad();
        _entries = [.. model.buffers().Select(live => (live, live.clone().DetachFromDisposeScope()))];
    }

    /// <summary>Puts the copies back.</summary>
    public void Return()
    {
        using var withoutGradient = no_grad();
        foreach (var (live, copy) in _entries)
        {
            live.copy_(copy);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, copy) in _entries)
        {
            copy.Dispose();
        }
    }
}
