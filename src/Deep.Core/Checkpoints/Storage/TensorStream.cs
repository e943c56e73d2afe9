using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Checkpoints;

/// <summary>Writes a tensor's values as they lie in memory: row by row, little-endian.</summary>
internal static class TensorStream
{
    /// <summary>Writes all values; a tensor on another device or with other strides is copied first, alone.</summary>
    public static void Write(Stream stream, Tensor tensor)
    {
        if (tensor.numel() == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var flat = tensor.detach().cpu().contiguous().view(-1);
        const int Step = 1 << 26; // at most 2^30 bytes: a span has at most 2^31 - 1
        for (var start = 0L; start < flat.numel(); start += Step)
        {
            using var part = flat.narrow(0, start, Math.Min(Step, flat.numel() - start));
            stream.Write(part.bytes);
        }
    }
}
