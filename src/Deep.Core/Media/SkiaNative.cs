using SkiaSharp;

namespace Deep.Media;

/// <summary>
/// Says what to do where SkiaSharp's native library is not installed, before anything else fails on it.
/// </summary>
internal static class SkiaNative
{
    private static readonly Lazy<Exception?> s_missing = new(Probe);

    /// <summary>Throws if pictures can be neither read nor written on this machine.</summary>
    public static void Require(string source)
    {
        if (s_missing.Value is { } error)
        {
            throw new MediaException(
                source,
                "the native library of SkiaSharp does not load. On Linux add the package "
                + "SkiaSharp.NativeAssets.Linux.NoDependencies in the version of SkiaSharp to the application. "
                + $"The loader said: {error.Message.Split('\n')[0]}",
                error);
        }
    }

    private static Exception? Probe()
    {
        try
        {
            using var data = SKData.CreateCopy([0]);
            return null;
        }
        catch (Exception error) when (
            error is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException
                or BadImageFormatException)
        {
            return error.GetBaseException();
        }
    }
}
