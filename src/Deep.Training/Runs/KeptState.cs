using static TorchSharp.torch;

namespace Deep.Training;

/// <summary>Copies of parts of a run to which they can return: a step of several updates that is left out changes none of them.</summary>
/// <param name="parts">The parts, whose present state is copied.</param>
/// <remarks>Dispose it to dispose the copies.</remarks>
public sealed class KeptState(IEnumerable<IRunState> parts) : IDisposable
{
    private readonly (IRunState Part, IReadOnlyDictionary<string, Tensor> Saved)[] _entries =
        [.. parts.Select(part => (part, part.Save()))];

    /// <summary>Puts the copies back.</summary>
    public void Return()
    {
        foreach (var (part, saved) in _entries)
        {
            part.Load(saved);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _entries.SelectMany(entry => entry.Saved.Values))
        {
            tensor.Dispose();
        }
    }
}
