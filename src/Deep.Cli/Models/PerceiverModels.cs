namespace Deep.Cli.Models;

/// <summary>The small Perceivers that come with the tool, and the digits that they are shown on.</summary>
internal static class PerceiverModels
{
    /// <summary>Names ten shapes by 512 of their points.</summary>
    public static string Points { get; } = At("perceiver-points.safetensors");

    /// <summary>Reads digits.</summary>
    public static string Digits { get; } = At("perceiver-digits.safetensors");

    /// <summary>Reads digits whose pixels stand in another order, <see cref="Permutation"/>.</summary>
    public static string PermutedDigits { get; } = At("perceiver-digits-permuted.safetensors");

    /// <summary>Digits that neither of the two was trained on.</summary>
    public static string DigitSample { get; } = At("digits-sample.csv");

    /// <summary>Fills hidden bytes of English text.</summary>
    public static string Bytes { get; } = At("perceiver-bytes.safetensors");

    /// <summary>The number of the permutation.</summary>
    public static ulong Permutation => 1;

    /// <summary>Whether this build has them.</summary>
    public static bool AreThere => new[] { Points, Digits, PermutedDigits, DigitSample, Bytes }.All(File.Exists);

    private static string At(string file) => Path.Combine(AppContext.BaseDirectory, "Models", file);
}
