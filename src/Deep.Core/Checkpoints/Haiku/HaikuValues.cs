using Deep.Checkpoints.NumPy;
using Deep.Checkpoints.Pickle;

namespace Deep.Checkpoints.Haiku;

/// <summary>A <c>numpy.dtype</c>, whose byte order its state may still change.</summary>
internal sealed record HaikuType(NumPyType Type);

/// <summary>A NumPy array; empty until its state arrives.</summary>
internal sealed class HaikuArray
{
    /// <summary>What a BUILD brings: type, shape, order and values.</summary>
    public HaikuArrayState? State { get; set; }
}

/// <summary>The content of a NumPy array.</summary>
internal sealed record HaikuArrayState(NumPyType Type, long[] Shape, bool Fortran, PickleBytes Values, long Length);
