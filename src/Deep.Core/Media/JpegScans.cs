namespace Deep.Media;

/// <summary>Tells whether a progressive JPEG has all its scans (ITU T.81, annex B).</summary>
/// <remarks>
/// Each scan of a progressive file sharpens the whole picture, so a file cut between two scans decodes without
/// complaint, but coarse. Only the end marker says that nothing is missing.
/// </remarks>
internal static class JpegScans
{
    private const byte Marker = 0xFF;
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;

    /// <summary>False if the file is progressive and ends before its end marker.</summary>
    public static bool AreComplete(ReadOnlySpan<byte> jpeg)
    {
        var progressive = false;
        for (var at = 2; NextMarker(jpeg, ref at) is { } marker;)
        {
            switch (marker)
            {
                case EndOfImage:
                    return true;
                case StartOfScan when !progressive:
                    return true;
                case 0xC2 or 0xC6 or 0xCA or 0xCE:
                    progressive = true;
                    break;
            }

            if (at + 2 > jpeg.Length)
            {
                break;
            }

            at += (jpeg[at] << 8) | jpeg[at + 1];
        }

        return !progressive;
    }

    // The next marker that leads a segment, and the position after it; stuffed zeros, restarts and garbage in between
    // are passed over.
    private static byte? NextMarker(ReadOnlySpan<byte> jpeg, ref int at)
    {
        while (at < jpeg.Length && jpeg[at..].IndexOf(Marker) is >= 0 and var skipped)
        {
            at += skipped + 1;
            if (at < jpeg.Length && jpeg[at] is not (0 or Marker or 1 or (>= 0xD0 and <= 0xD8)))
            {
                return jpeg[at++];
            }
        }

        return null;
    }
}
