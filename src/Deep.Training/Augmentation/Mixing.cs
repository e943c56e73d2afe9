using static TorchSharp.torch;

namespace Deep.Training;

/// <summary>How pictures of a batch are mixed with each other.</summary>
/// <remarks>
/// The NFNet recipe mixes one half of a device's batch by mixup and the other by cutmix, each picture with one of
/// another part of a batch that is twice as large (2102.06171, appendix A). Immutable, safe for many threads.
/// </remarks>
public sealed record Mixing
{
    /// <summary>Mixup for the first part of a batch; null for none.</summary>
    public Mixup? Mixup { get; init; }

    /// <summary>Cutmix for the rest of it; null for none.</summary>
    public Cutmix? Cutmix { get; init; }

    /// <summary>Where the partner of a picture with several copies comes from; one for each copy by default.</summary>
    public MixingPartner Partner { get; init; } = MixingPartner.PerCopy;

    /// <summary>Mixup with α 0.2 on one half and cutmix with α 1 on the other: the NFNet recipe.</summary>
    public static Mixing NFNet { get; } = new() { Mixup = new Mixup(), Cutmix = new Cutmix() };

    /// <summary>
    /// Mixes pairs with given draws, as deepmind-research's my_mixup_cutmix: half of the result by mixup, half by
    /// cutmix.
    /// </summary>
    /// <param name="pictures">[N, C, H, W] of float; N is a multiple of four.</param>
    /// <param name="labels">[N] of int64.</param>
    /// <param name="ratios">N / 4 mixup ratios.</param>
    /// <param name="draws">N / 4 cutmix draws.</param>
    /// <returns>
    /// N / 2 pictures: the first quarter of the input mixed with the second by mixup, then the third with the fourth by
    /// cutmix. The caller disposes it.
    /// </returns>
    /// <exception cref="ShapeException">The sizes do not fit together.</exception>
    public static MixedPictures Quarters(
        Tensor pictures, Tensor labels, ReadOnlySpan<float> ratios, ReadOnlySpan<CutmixDraw> draws)
    {
        var quarter = pictures.dim() == 4 ? pictures.shape[0] / 4 : 0;
        if (quarter == 0 || pictures.shape[0] != quarter * 4 || labels.dim() != 1 || labels.shape[0] != quarter * 4
            || ratios.Length != quarter || draws.Length != quarter)
        {
            throw new ShapeException(
                $"Pictures [N, C, H, W] with N a multiple of 4 go with N labels and N / 4 ratios and draws; found "
                + $"[{string.Join(", ", pictures.shape)}], [{string.Join(", ", labels.shape)}], {ratios.Length} and "
                + $"{draws.Length}.");
        }

        using var scope = NewDisposeScope();
        var p = pictures.chunk(4);
        var l = labels.chunk(4);
        var masks = Training.Cutmix.Masks(draws, (int)pictures.shape[2], (int)pictures.shape[3]).to(pictures.device);
        var mixupRatio = tensor(ratios.ToArray(), device: pictures.device);
        var mixed = cat([Training.Mixup.Apply(p[0], p[1], mixupRatio), Training.Cutmix.Apply(p[2], p[3], masks)]);
        return new MixedPictures(
            mixed.MoveToOuterDisposeScope(),
            cat([l[0], l[2]]).MoveToOuterDisposeScope(),
            cat([l[1], l[3]]).MoveToOuterDisposeScope(),
            cat([mixupRatio, masks.mean([1, 2, 3])]).MoveToOuterDisposeScope());
    }

    /// <summary>Mixes each picture of a batch with another of the same batch.</summary>
    /// <param name="pictures">[N, C, H, W] of float.</param>
    /// <param name="labels">[N] of int64.</param>
    /// <param name="random">The source of all draws: partners, ratios, boxes.</param>
    /// <param name="copies">
    /// The copies of each picture, which lie side by side; only <see cref="MixingPartner.Shared"/> asks for it.
    /// </param>
    /// <returns>
    /// N pictures: the first N / 2 by mixup, the rest by cutmix (or all by the one that is set). The caller disposes
    /// it.
    /// </returns>
    /// <exception cref="ShapeException">The sizes do not fit together.</exception>
    /// <exception cref="ConfigurationException">A partner is shared, but N is not a multiple of the copies.</exception>
    public MixedPictures Apply(Tensor pictures, Tensor labels, RandomState random, int copies = 1)
    {
        if (pictures.dim() != 4 || labels.dim() != 1 || labels.shape[0] != pictures.shape[0])
        {
            throw new ShapeException(
                $"Pictures [N, C, H, W] go with N labels; found [{string.Join(", ", pictures.shape)}] and "
                + $"[{string.Join(", ", labels.shape)}].");
        }

        using var scope = NewDisposeScope();
        var (count, height, width) = ((int)pictures.shape[0], (int)pictures.shape[2], (int)pictures.shape[3]);
        var plan = Plan(count, height, width, random, copies);
        var partner = tensor(plan.Partners, ScalarType.Int64, pictures.device);
        var partners = pictures.index_select(0, partner);
        var (byMixup, byCutmix) = (plan.Ratios.Length, plan.Boxes.Length);

        var mixed = new List<Tensor>();
        if (byMixup > 0)
        {
            var ratio = tensor(plan.Ratios, device: pictures.device);
            mixed.Add(Training.Mixup.Apply(pictures.narrow(0, 0, byMixup), partners.narrow(0, 0, byMixup), ratio));
        }

        if (byCutmix > 0)
        {
            var masks = Training.Cutmix.Masks(plan.Boxes, height, width).to(pictures.device);
            mixed.Add(Training.Cutmix.Apply(
                pictures.narrow(0, byMixup, byCutmix), partners.narrow(0, byMixup, byCutmix), masks));
        }

        if (mixed.Count == 0)
        {
            mixed.Add(pictures.alias());
        }

        return new MixedPictures(
            cat(mixed).MoveToOuterDisposeScope(), labels.clone().MoveToOuterDisposeScope(),
            labels.index_select(0, partner).MoveToOuterDisposeScope(),
            tensor(plan.LabelRatios(height, width), device: pictures.device).MoveToOuterDisposeScope());
    }

    /// <summary>All draws for a batch of <paramref name="count"/> pictures.</summary>
    internal MixingPlan Plan(int count, int height, int width, RandomState random, int copies)
    {
        // A unit is what has a partner of its own: a picture, or all its copies together.
        var size = Partner == MixingPartner.Shared ? copies : 1;
        if (size < 1 || count % size != 0)
        {
            throw new ConfigurationException(
                "Mixing.Partner", $"{nameof(MixingPartner.PerCopy)} where a part of a batch divides the copies of a picture",
                $"{Partner}, {count} pictures in {copies} copies");
        }

        var units = count / size;
        var order = Enumerable.Range(0, units).ToArray();
        random.Shuffle<int>(order);
        var byMixup = Mixup is null ? 0 : Cutmix is null ? units : units / 2;
        var ratios = Mixup?.Draw(byMixup, random) ?? [];
        var boxes = Cutmix?.Draw(units - byMixup, height, width, random) ?? [];
        var partners = Enumerable.Range(0, count).Select(i => (order[i / size] * size) + (i % size));
        return new MixingPlan([.. partners], OfCopies(ratios, size), OfCopies(boxes, size));
    }

    private static T[] OfCopies<T>(T[] units, int size) =>
        size == 1 ? units : [.. units.SelectMany(unit => Enumerable.Repeat(unit, size))];

    internal static void RequirePairs(Tensor pictures, Tensor partners, Tensor shares, string name)
    {
        if (pictures.dim() != 4 || !pictures.shape.SequenceEqual(partners.shape)
            || shares.shape.FirstOrDefault() != pictures.shape[0])
        {
            throw new ShapeException(
                $"Pictures and partners are [N, C, H, W] with {name} for each; found "
                + $"[{string.Join(", ", pictures.shape)}], [{string.Join(", ", partners.shape)}] and [{string.Join(", ", shares.shape)}].");
        }
    }
}
