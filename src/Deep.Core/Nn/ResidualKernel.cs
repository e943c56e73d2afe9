using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nn;

/// <summary>The CPU kernel of <see cref="ResidualJoin"/>: rows of C channels, 32 at a time, 32-bit floats inside, f32 or bf16 outside.</summary>
internal static unsafe class ResidualKernel
{
    private const int Width = 32;

    // A thread is worth starting for about 20 microseconds of work.
    private const long GrainElements = 32768;

    public static bool CanRun(Tensor shortcut, Tensor branch, Tensor? gate, FusedActivation activation, long[] sizes) =>
        activation is FusedActivation.None or FusedActivation.Relu or FusedActivation.Gelu or FusedActivation.GeluTanh or FusedActivation.Silu
        && branch.device_type == DeviceType.CPU && shortcut.device_type == DeviceType.CPU && TensorMemory.IsReachable
        && branch.dtype is ScalarType.Float32 or ScalarType.BFloat16
        && (shortcut.dtype == ScalarType.Float32 || shortcut.dtype == branch.dtype)
        && (gate is null || (gate.dtype == branch.dtype && gate.device_type == DeviceType.CPU))
        && ChannelsLast.HasStrides(shortcut, sizes) && ChannelsLast.HasStrides(branch, sizes);

    public static (Tensor? Sum, Tensor Activated) Run(
        Tensor shortcut, Tensor branch, Tensor? gate, float scale, FusedActivation activation, bool keepsSum, long[] sizes)
    {
        var inPlace = shortcut.dtype == ScalarType.Float32;
        using var frozen = no_grad();
        var sum = keepsSum ? inPlace ? shortcut : NewMap(sizes, ScalarType.Float32) : null;
        var activated = NewMap(sizes, branch.dtype);
        using var flatGate = gate?.reshape(sizes[0], sizes[1]);
        using var gates = flatGate?.contiguous();
        var work = new Work(
            TensorMemory.AddressOf(shortcut),
            TensorMemory.AddressOf(branch),
            gates is null ? null : TensorMemory.AddressOf(gates),
            sum is null ? null : (float*)TensorMemory.AddressOf(sum),
            TensorMemory.AddressOf(activated),
            scale, activation, (int)sizes[1], sizes[2] * sizes[3], !inPlace, branch.dtype == ScalarType.BFloat16);
        ComputeThreads.For(sizes[0] * work.Pixels, Math.Max(1, GrainElements / work.Channels), work.Rows);
        GC.KeepAlive(shortcut);
        GC.KeepAlive(branch);
        return (sum, activated);
    }

    private static Tensor NewMap(long[] sizes, ScalarType type)
    {
        using var byPixel = empty([sizes[0], sizes[2], sizes[3], sizes[1]], type);
        return byPixel.permute(0, 3, 1, 2);
    }

    private sealed class Work(
        void* shortcut, void* branch, void* gate, float* sum, void* activated,
        float scale, FusedActivation activation, int channels, long pixels, bool narrowShortcut, bool narrow)
    {
        private readonly void* shortcut = shortcut, branch = branch, gate = gate, activated = activated;
        private readonly float* sum = sum;

        public int Channels { get; } = channels;

        public long Pixels { get; } = pixels;

        public void Rows(long begin, long end)
        {
            for (var row = begin; row < end; row++)
            {
                var at = row * Channels;
                var gateAt = row / Pixels * Channels;
                var channel = 0;
                for (; channel <= Channels - Width; channel += Width)
                {
                    Join32(at + channel, gateAt + channel);
                }

                for (; channel < Channels; channel++)
                {
                    JoinOne(at + channel, gateAt + channel);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Join32(long at, long gateAt)
        {
            var (low, high) = Load(branch, at, narrow);
            var factor = Vector512.Create(scale);
            if (gate == null)
            {
                (low, high) = (low * factor, high * factor);
            }
            else
            {
                var (gateLow, gateHigh) = Load(gate, gateAt, narrow);
                (low, high) = (low * (gateLow * factor), high * (gateHigh * factor));
            }

            var (baseLow, baseHigh) = Load(shortcut, at, narrow && narrowShortcut);
            (low, high) = (low + baseLow, high + baseHigh);
            if (sum != null)
            {
                low.Store(sum + at);
                high.Store(sum + at + 16);
            }

            (low, high) = (VectorActivation.Apply(activation, low), VectorActivation.Apply(activation, high));
            if (narrow)
            {
                Vector512.Narrow(ToBFloat16(low), ToBFloat16(high)).Store((ushort*)activated + at);
            }
            else
            {
                low.Store((float*)activated + at);
                high.Store((float*)activated + at + 16);
            }
        }

        // The channels that fill no vector: the same arithmetic in a vector of one used lane.
        private void JoinOne(long at, long gateAt)
        {
            var joined = One(shortcut, at, narrow && narrowShortcut)
                + (One(branch, at, narrow) * (gate == null ? scale : One(gate, gateAt, narrow) * scale));
            if (sum != null)
            {
                sum[at] = joined;
            }

            var result = VectorActivation.Apply(activation, Vector512.Create(joined));
            if (narrow)
            {
                ((ushort*)activated)[at] = (ushort)ToBFloat16(result).ToScalar();
            }
            else
            {
                ((float*)activated)[at] = result.ToScalar();
            }
        }

        private static float One(void* data, long at, bool isNarrow) =>
            isNarrow ? BitConverter.UInt32BitsToSingle((uint)((ushort*)data)[at] << 16) : ((float*)data)[at];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static (Vector512<float> Low, Vector512<float> High) Load(void* data, long at, bool isNarrow)
        {
            if (!isNarrow)
            {
                return (Vector512.Load((float*)data + at), Vector512.Load((float*)data + at + 16));
            }

            // A bf16 is the upper half of a float.
            var (low, high) = Vector512.Widen(Vector512.Load((ushort*)data + at));
            return ((low << 16).AsSingle(), (high << 16).AsSingle());
        }

        // Rounds to nearest, ties to even. Not-a-number stays so: its payload's upper bit is set before rounding could carry it away.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal static Vector512<uint> ToBFloat16(Vector512<float> value)
        {
            var bits = value.AsUInt32();
            var rounded = (bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512<uint>.One)) >> 16;
            return Vector512.ConditionalSelect(Vector512.Equals(value, value).AsUInt32(), rounded, (bits >> 16) | Vector512.Create(0x40u));
        }
    }
}
