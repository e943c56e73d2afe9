using Deep.Checkpoints.Pickle;

namespace Deep.Checkpoints.Haiku;

/// <summary>
/// Bytes that protocol 2 wrote as text: code points 0 to 255 in UTF-8, so that half of them take two bytes.
/// </summary>
internal sealed class Latin1Bytes(CheckpointBytes source, PickleBytes text, long length)
    : SequentialBytes(source.Name, length)
{
    protected override Stream OpenDecoder() =>
        new Latin1Stream(new BufferedStream(new RangeStream(source, text.Offset, text.Length), 1 << 16));
}
