using static TorchSharp.torch;

namespace Deep.Training.Tests;

/// <summary>Compares tensors to the bit.</summary>
internal static class Bits
{
    public static bool Same(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        return a.shape.SequenceEqual(b.shape) && a.detach().contiguous().bytes.SequenceEqual(b.detach().contiguous().bytes);
    }
}
