using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Deep.Hub;

/// <summary>The hash of a file's content, which is the hub's ETag and the blob's name in the cache.</summary>
/// <remarks>Large files have the SHA-256 of git LFS (64 digits), all others git's own blob SHA-1 (40 digits).</remarks>
internal sealed record BlobHash
{
    private const int BufferBytes = 1 << 18;

    private BlobHash(string hex) => Hex = hex;

    /// <summary>40 or 64 lower-case hexadecimal digits.</summary>
    internal string Hex { get; }

    /// <summary>Reads an ETag, quoted or not, weak or not; null where it is no hash to check content by.</summary>
    internal static BlobHash? TryParse(string? tag)
    {
        string hex = (tag ?? "").Trim();
        hex = (hex.StartsWith("W/", StringComparison.Ordinal) ? hex[2..] : hex).Trim('"');
        return hex.Length is 40 or 64 && hex.All(char.IsAsciiHexDigitLower) ? new BlobHash(hex) : null;
    }

    /// <summary>Whether the whole of a seekable stream has this hash.</summary>
    internal async Task<bool> MatchesAsync(Stream content, CancellationToken cancellation)
    {
        bool large = Hex.Length == 64;
        using var hash = IncrementalHash.CreateHash(large ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        if (!large)
        {
            hash.AppendData(Encoding.ASCII.GetBytes($"blob {content.Length}\0"));
        }

        content.Position = 0;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (await content.ReadAsync(buffer, cancellation).ConfigureAwait(false) is var count and > 0)
            {
                hash.AppendData(buffer, 0, count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset()) == Hex;
    }
}
