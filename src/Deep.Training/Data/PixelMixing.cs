using System.Runtime.Intrinsics;

namespace Deep.Training;

/// <summary>Mixup and cutmix of two pictures of bytes, with the roundings of <see cref="Mixup"/> and <see cref="Cutmix"/>.</summary>
internal static class PixelMixing
{
    /// <summary>Mixes a picture with its partner as a plan says.</summary>
    public static void Mix(
        ReadOnlySpan<byte> own, ReadOnlySpan<byte> partner, MixingPlan plan, int index, PictureShape shape,
        Span<float> mixed)
    {
        if (index < plan.Ratios.Length)
        {
            Mixup(own, partner, plan.Ratios[index], mixed);
            return;
        }

        var (left, top, right, bottom) = plan.Boxes[index - plan.Ratios.Length].Box(shape.Height, shape.Width);
        Widen(partner, mixed);
        for (var row = 0; row < shape.Channels * shape.Height; row++)
        {
            if (row % shape.Height >= top && row % shape.Height < bottom)
            {
                var first = (row * shape.Width) + left;
                Widen(own.Slice(first, right - left), mixed.Slice(first, right - left));
            }
        }
    }

    /// <summary>Clips to 0 to 255 and rounds down, as a cast does.</summary>
    public static void ToBytes(ReadOnlySpan<float> mixed, Span<byte> bytes)
    {
        for (var i = 0; i < mixed.Length; i++)
        {
            bytes[i] = (byte)Math.Clamp(mixed[i], 0, 255);
        }
    }

    private static void Mixup(ReadOnlySpan<byte> own, ReadOnlySpan<byte> partner, float share, Span<float> mixed)
    {
        var rest = 1 - share;
        var i = 0;
        for (; i + Vector128<byte>.Count <= mixed.Length; i += Vector128<byte>.Count)
        {
            var (a, b) = (Vector128.Create(own.Slice(i, 16)), Vector128.Create(partner.Slice(i, 16)));
            var ((a1, a2), (b1, b2)) = (Vector128.Widen(a), Vector128.Widen(b));
            Four(Vector128.WidenLower(a1), Vector128.WidenLower(b1), mixed[i..]);
            Four(Vector128.WidenUpper(a1), Vector128.WidenUpper(b1), mixed[(i + 4)..]);
            Four(Vector128.WidenLower(a2), Vector128.WidenLower(b2), mixed[(i + 8)..]);
            Four(Vector128.WidenUpper(a2), Vector128.WidenUpper(b2), mixed[(i + 12)..]);
        }

        for (; i < mixed.Length; i++)
        {
            mixed[i] = (own[i] * share) + (partner[i] * rest);
        }

        void Four(Vector128<uint> x, Vector128<uint> y, Span<float> target) =>
            ((Vector128.ConvertToSingle(x.AsInt32()) * share) + (Vector128.ConvertToSingle(y.AsInt32()) * rest))
                .CopyTo(target);
    }

    private static void Widen(ReadOnlySpan<byte> bytes, Span<float> numbers)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            numbers[i] = bytes[i];
        }
    }
}
