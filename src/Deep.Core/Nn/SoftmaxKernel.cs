using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nn;

// N queries, m keys of one block, E channels of values

/// <summary>The CPU kernel of <see cref="StreamedAttention"/>: one block's scores become weights, and its values join those of the blocks before.</summary>
/// <remarks>Scores and products in f32 or bf16, everything inside in f32. Milakov and Gimelshein, Online normalizer calculation for softmax, 2018.</remarks>
internal static unsafe class SoftmaxKernel
{
    // A thread is worth starting for about 20 microseconds of work.
    private const long GrainElements = 32768;

    /// <summary>Whether the kernel reads such a tensor.</summary>
    public static bool CanRun(Tensor tensor) =>
        TensorMemory.IsReachable && tensor.device_type == DeviceType.CPU && tensor.dtype is ScalarType.Float32 or ScalarType.BFloat16;

    /// <summary>scores := exp(scores - max), with the largest of this and all blocks before.</summary>
    /// <param name="scores">[N, m], contiguous; changed.</param>
    /// <param name="state">The rows' running numbers; changed.</param>
    /// <param name="first">The state's row of the first row of scores.</param>
    public static void Exponentiate(Tensor scores, SoftmaxState state, long first)
    {
        var (rows, keys) = (scores.size(0), scores.size(1));
        var (address, narrow) = ((nint)TensorMemory.AddressOf(scores), scores.dtype == ScalarType.BFloat16);
        ComputeThreads.For(rows, Math.Max(1, GrainElements / Math.Max(1, keys)), (begin, end) =>
        {
            for (var row = begin; row < end; row++)
            {
                var at = first + row;
                var (largest, before) = (state.Largest[at], state.Largest[at]);
                var sum = narrow ? Narrow((ushort*)address + (row * keys), keys, ref largest) : Wide((float*)address + (row * keys), keys, ref largest);
                var factor = MathF.Exp(before - largest);
                (state.Largest[at], state.Factor[at], state.Sum[at]) = (largest, factor, (state.Sum[at] * factor) + sum);
            }
        });
        GC.KeepAlive(scores);
    }

    /// <summary>output := (output * factor + product) * (1 / sum where this block is the last).</summary>
    /// <param name="output">[N, E] f32, contiguous; changed. Not read in the first block.</param>
    /// <param name="product">[n, E] f32 or bf16, contiguous: the weights of a block times its values.</param>
    /// <param name="state">From <see cref="Exponentiate"/>.</param>
    /// <param name="first">The row of output that the product's first row belongs to.</param>
    /// <param name="isFirst">Whether there was no block before.</param>
    public static void Accumulate(Tensor output, Tensor product, SoftmaxState state, long first, bool isFirst)
    {
        var (rows, width) = (product.size(0), product.size(1));
        var (target, source, narrow) = ((nint)TensorMemory.AddressOf(output), (nint)TensorMemory.AddressOf(product), product.dtype == ScalarType.BFloat16);
        ComputeThreads.For(rows, Math.Max(1, GrainElements / Math.Max(1, width)), (begin, end) =>
        {
            for (var row = begin; row < end; row++)
            {
                var sum = (float*)target + ((first + row) * width);
                var factor = isFirst ? 0 : state.Factor[first + row];
                if (narrow)
                {
                    Join(sum, (ushort*)source + (row * width), width, factor, isFirst);
                }
                else
                {
                    Join(sum, (float*)source + (row * width), width, factor, isFirst);
                }
            }
        });
        GC.KeepAlive(output);
        GC.KeepAlive(product);
    }

    /// <summary>output := output / sum.</summary>
    public static void Divide(Tensor output, SoftmaxState state)
    {
        var (rows, width) = (output.size(0), output.size(1));
        var target = (nint)TensorMemory.AddressOf(output);
        ComputeThreads.For(rows, Math.Max(1, GrainElements / Math.Max(1, width)), (begin, end) =>
        {
            for (var row = begin; row < end; row++)
            {
                Scale((float*)target + (row * width), width, 1 / state.Sum[row]);
            }
        });
        GC.KeepAlive(output);
    }

    private static void Scale(float* values, long width, float factor)
    {
        long at = 0;
        for (; at <= width - 16; at += 16)
        {
            (Vector512.Load(values + at) * factor).Store(values + at);
        }

        for (; at < width; at++)
        {
            values[at] *= factor;
        }
    }

    private static float Wide(float* scores, long keys, ref float largest)
    {
        long at = 0;
        var (most, more) = (Vector512.Create(largest), Vector512.Create(largest));
        for (; at <= keys - 32; at += 32)
        {
            most = Vector512.Max(most, Vector512.Load(scores + at));
            more = Vector512.Max(more, Vector512.Load(scores + at + 16));
        }

        largest = Highest(Vector512.Max(most, more));
        for (; at < keys; at++)
        {
            largest = MathF.Max(largest, scores[at]);
        }

        var shift = Vector512.Create(largest);
        var (low, high) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (at = 0; at <= keys - 32; at += 32)
        {
            var first = VectorActivation.Exp(Vector512.Load(scores + at) - shift);
            var second = VectorActivation.Exp(Vector512.Load(scores + at + 16) - shift);
            first.Store(scores + at);
            second.Store(scores + at + 16);
            (low, high) = (low + first, high + second);
        }

        var sum = Vector512.Sum(low + high);
        for (; at < keys; at++)
        {
            sum += scores[at] = MathF.Exp(scores[at] - largest);
        }

        return sum;
    }

    // The sum is that of the rounded weights, so that they still add to one.
    private static float Narrow(ushort* scores, long keys, ref float largest)
    {
        long at = 0;
        var most = Vector512.Create(largest);
        for (; at <= keys - 32; at += 32)
        {
            var (low, high) = Widen(scores + at);
            most = Vector512.Max(most, Vector512.Max(low, high));
        }

        largest = Highest(most);
        for (; at < keys; at++)
        {
            largest = MathF.Max(largest, Widen(scores[at]));
        }

        var shift = Vector512.Create(largest);
        var sums = Vector512<float>.Zero;
        for (at = 0; at <= keys - 32; at += 32)
        {
            var (low, high) = Widen(scores + at);
            var (first, second) = (Round(VectorActivation.Exp(low - shift)), Round(VectorActivation.Exp(high - shift)));
            Vector512.Narrow(first >> 16, second >> 16).Store(scores + at);
            sums += first.AsSingle() + second.AsSingle();
        }

        var sum = Vector512.Sum(sums);
        for (; at < keys; at++)
        {
            var weight = Round(Vector512.Create(MathF.Exp(Widen(scores[at]) - largest))).ToScalar();
            scores[at] = (ushort)(weight >> 16);
            sum += BitConverter.UInt32BitsToSingle(weight);
        }

        return sum;
    }

    private static void Join(float* sum, float* product, long width, float factor, bool isFirst)
    {
        long at = 0;
        var scale = Vector512.Create(factor);
        for (; at <= width - 16; at += 16)
        {
            var value = Vector512.Load(product + at);
            (isFirst ? value : Vector512.MultiplyAddEstimate(Vector512.Load(sum + at), scale, value)).Store(sum + at);
        }

        for (; at < width; at++)
        {
            sum[at] = isFirst ? product[at] : (sum[at] * factor) + product[at];
        }
    }

    private static void Join(float* sum, ushort* product, long width, float factor, bool isFirst)
    {
        long at = 0;
        var scale = Vector512.Create(factor);
        for (; at <= width - 32; at += 32)
        {
            var (low, high) = Widen(product + at);
            (isFirst ? low : Vector512.MultiplyAddEstimate(Vector512.Load(sum + at), scale, low)).Store(sum + at);
            (isFirst ? high : Vector512.MultiplyAddEstimate(Vector512.Load(sum + at + 16), scale, high)).Store(sum + at + 16);
        }

        for (; at < width; at++)
        {
            sum[at] = (isFirst ? 0 : sum[at] * factor) + Widen(product[at]);
        }
    }

    // A bf16 is the upper half of a float.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Low, Vector512<float> High) Widen(ushort* values)
    {
        var (low, high) = Vector512.Widen(Vector512.Load(values));
        return ((low << 16).AsSingle(), (high << 16).AsSingle());
    }

    private static float Widen(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);

    // To the nearest bf16, kept in the upper half. Weights are never not-a-number unless a score is, whose payload then survives rounding.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Round(Vector512<float> value)
    {
        var bits = value.AsUInt32();
        return (bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512<uint>.One)) & Vector512.Create(0xFFFF0000u);
    }

    private static float Highest(Vector512<float> values)
    {
        var half = Vector256.Max(values.GetLower(), values.GetUpper());
        var quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        return MathF.Max(MathF.Max(quarter[0], quarter[1]), MathF.Max(quarter[2], quarter[3]));
    }
}
