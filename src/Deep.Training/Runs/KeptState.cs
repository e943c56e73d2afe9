using static TorchSharp.torch;

namespace Deep.Training;

/// <summary>Copies of parts of a run to which they can return.</summary>
internal sealed class KeptState(IEnumerable<IRunState> parts) : IDisposable
{
    private readonly (IRunState Part, IReadOnlyDictionary<string, Tensor> Saved)[] _entries =
        [.. parts.Select(part => (part, part.Save()))];

    public void Return()
    {
        foreach (var (part, saved) in _entries)
        {
            part.Load(saved);
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _entries.SelectMany(entry => entry.Saved.Values))
        {
            tensor.Dispose();
        }
    }
}
