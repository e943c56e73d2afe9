using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Deep.Tensors;

/// <summary>What the processor has beyond what .NET's own feature flags tell.</summary>
internal static class ProcessorFeatures
{
    // CPUID leaf 7: sub-leaf 0 EDX bit 22 AMX_BF16, bit 23 AVX512_FP16; sub-leaf 1 EAX bit 5 AVX512_BF16, bit 21 AMX_FP16
    // (Intel's and AMD's architecture manuals, CPUID instruction). Avx512F.IsSupported also covers the operating system's part.
    private static readonly (int Edx0, int Eax1) Leaf7 = ReadLeaf7();
    private static readonly string CpuInfo = ReadCpuInfo();

    public static bool HasBFloat16 { get; } = IsArm
        ? CpuInfo.Contains(" bf16", StringComparison.Ordinal)
        : Avx512F.IsSupported && (Bit(Leaf7.Eax1, 5) || Bit(Leaf7.Edx0, 22));

    public static bool HasFloat16 { get; } = IsArm
        ? CpuInfo.Contains(" asimdhp", StringComparison.Ordinal)
        : Avx512F.IsSupported && (Bit(Leaf7.Edx0, 23) || Bit(Leaf7.Eax1, 21));

    public static string Name { get; } = ReadName();

    private static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    private static bool Bit(int word, int bit) => (word & (1 << bit)) != 0;

    private static (int Edx0, int Eax1) ReadLeaf7()
    {
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < 7)
        {
            return default;
        }

        var (subLeaves, _, _, edx) = X86Base.CpuId(7, 0);
        return (edx, subLeaves >= 1 ? X86Base.CpuId(7, 1).Eax : 0);
    }

    private static string ReadName()
    {
        if (!X86Base.IsSupported || X86Base.CpuId(unchecked((int)0x80000000), 0).Eax >= 0)
        {
            return RuntimeInformation.ProcessArchitecture.ToString();
        }

        // Leaves 0x80000002 to 0x80000004 hold the name as 48 characters.
        Span<int> words = stackalloc int[12];
        for (var leaf = 0; leaf < 3; leaf++)
        {
            (words[4 * leaf], words[(4 * leaf) + 1], words[(4 * leaf) + 2], words[(4 * leaf) + 3]) =
                X86Base.CpuId(unchecked((int)0x80000002) + leaf, 0);
        }

        return System.Text.Encoding.ASCII.GetString(MemoryMarshal.AsBytes(words)).TrimEnd('\0', ' ').Trim();
    }

    private static string ReadCpuInfo()
    {
        try
        {
            return IsArm && OperatingSystem.IsLinux() ? File.ReadAllText("/proc/cpuinfo") : "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
