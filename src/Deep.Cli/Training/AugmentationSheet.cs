using System.Globalization;
using Deep.Media;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Cli.Training;

/// <summary>A sheet that shows what each augmentation does: a row for each, two draws of each of some pictures.</summary>
internal sealed class AugmentationSheet
{
    private const int MostPictures = 4;
    private const int DrawsOfEach = 2;
    private const int Tile = 104;

    private readonly PictureSet pictures;
    private readonly AugmentationPlan plan;
    private readonly ulong seed;
    private readonly int[] columns;
    private readonly List<string> labels = [];
    private readonly List<ContactSheetEntry> entries = [];

    private AugmentationSheet(PictureSet pictures, AugmentationPlan plan, ulong seed)
    {
        (this.pictures, this.plan, this.seed) = (pictures, plan, seed);
        columns = [.. Chosen(pictures).SelectMany(index => Enumerable.Repeat(index, DrawsOfEach))];
    }

    /// <summary>Draws the sheet and writes it as a PNG file.</summary>
    /// <param name="file">The file; it and its folder are made.</param>
    /// <param name="title">What stands above all.</param>
    /// <param name="pictures">The training pictures, of three channels.</param>
    /// <param name="plan">What the run does to them.</param>
    /// <param name="seed">Decides the draws.</param>
    /// <returns>How many rows it has.</returns>
    public static int Save(string file, string title, PictureSet pictures, AugmentationPlan plan, ulong seed)
    {
        var sheet = new AugmentationSheet(pictures, plan, seed);
        sheet.AddRows();
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        new ContactSheet
        {
            Title = title,
            Columns = sheet.columns.Length,
            TileSize = Tile,
            RowLabels = sheet.labels,
        }.Save(file, sheet.entries);
        return sheet.labels.Count;
    }

    private void AddRows()
    {
        AddRow("Original", "", Originals());
        foreach (var augmentation in plan.Before.Concat(plan.After))
        {
            var (name, detail) = Name(augmentation);
            AddRow(name, detail, Changed(Originals(), [augmentation]));
        }

        var (mixup, cutmix) = (plan.Mixing?.Mixup, plan.Mixing?.Cutmix);
        AddRow("Mixup", Detail(mixup?.Alpha, new Mixup().Alpha), WithNext((own, next, random) =>
            Mixup.Apply(own, next, tensor((mixup ?? new Mixup()).Draw(columns.Length, random)))));
        AddRow("Cutmix", Detail(cutmix?.Alpha, new Cutmix().Alpha), WithNext((own, next, random) =>
        {
            var draws = (cutmix ?? new Cutmix()).Draw(columns.Length, pictures.Height, pictures.Width, random);
            return Cutmix.Apply(own, next, Cutmix.Masks(draws, pictures.Height, pictures.Width));
        }));
        AddRow("All together", "as in training", Changed(Mixed(Changed(Originals(), plan.Before), plan.Mixing), plan.After));

        var used = plan.After.OfType<RandAugment>().FirstOrDefault();
        var augment = used ?? new RandAugment();
        foreach (var operation in augment.Choices)
        {
            var origin = used is null ? "RandAugment, not in use" : "RandAugment";
            var strength = augment.Strength(operation, pictures.Height, pictures.Width);
            var detail = strength.Length > 0 ? $"{strength}\n{origin}" : origin;
            AddRow(operation.ToString(), detail, Changed(Originals(), [new Only(augment, operation)]));
        }

        static string Detail(double? used, double standard) => string.Create(
            CultureInfo.InvariantCulture, $"α = {used ?? standard}{(used is null ? ", not in use" : "")}");
    }

    private void AddRow(string name, string detail, byte[][] row)
    {
        labels.Add(detail.Length > 0 ? $"{name}\n{detail}" : name);
        entries.AddRange(row.Select(planes => new ContactSheetEntry(ToPicture(planes), "", [])));
    }

    private byte[][] Originals() => [.. columns.Select(index => pictures[index].ToArray())];

    // A row's draws depend on the row and the column alone.
    private byte[][] Changed(byte[][] row, IReadOnlyList<IPictureAugmentation> augmentations)
    {
        for (var column = 0; column < row.Length; column++)
        {
            var random = new RandomState(seed, (ulong)labels.Count, (ulong)column);
            foreach (var augmentation in augmentations)
            {
                augmentation.Apply(row[column], pictures.Height, pictures.Width, random);
            }
        }

        return row;
    }

    private byte[][] Mixed(byte[][] row, Mixing? mixing)
    {
        if (mixing is null)
        {
            return row;
        }

        using var scope = NewDisposeScope();
        using var mixed = mixing.Apply(ToTensor(row), tensor(new long[row.Length]), Draws());
        return ToBytes(mixed.Pictures);
    }

    // Each picture mixed with that of the next columns, so that partners always differ where there are two pictures.
    private byte[][] WithNext(Func<Tensor, Tensor, RandomState, Tensor> mix)
    {
        using var scope = NewDisposeScope();
        var row = Originals();
        return ToBytes(mix(ToTensor(row), ToTensor([.. row[DrawsOfEach..], .. row[..DrawsOfEach]]), Draws()));
    }

    private RandomState Draws() => new(seed, (ulong)labels.Count);

    private Tensor ToTensor(byte[][] row) => tensor(
        [.. row.SelectMany(planes => planes.Select(value => (float)value))],
        [row.Length, pictures.Channels, pictures.Height, pictures.Width]);

    private byte[][] ToBytes(Tensor mixed) =>
    [
        .. mixed.contiguous().data<float>().Select(value => (byte)Math.Clamp(value, 0, 255))
            .Chunk(pictures.Channels * pictures.Height * pictures.Width),
    ];

    private Picture ToPicture(byte[] planes)
    {
        var size = pictures.Height * pictures.Width;
        var rgb = new byte[3 * size];
        for (var i = 0; i < rgb.Length; i++)
        {
            rgb[i] = planes[(i % 3 * size) + (i / 3)];
        }

        return new Picture(pictures.Width, pictures.Height, rgb);
    }

    // Of classes as far apart as may be, the first picture of each.
    private static IEnumerable<int> Chosen(PictureSet pictures)
    {
        var first = new SortedDictionary<int, int>();
        for (var index = 0; index < pictures.Count; index++)
        {
            first.TryAdd(pictures.Labels[index], index);
        }

        var classes = first.Values.ToArray();
        var count = Math.Min(MostPictures, classes.Length);
        return Enumerable.Range(0, count).Select(i => classes[i * classes.Length / count]);
    }

    private static (string Name, string Detail) Name(IPictureAugmentation augmentation) => augmentation switch
    {
        RandomCrop crop => ("Random crop", $"± {crop.Padding} px"),
        HorizontalFlip flip => ("Flip", FormattableString.Invariant($"with probability {flip.Probability:0.##}")),
        RandomResizedCrop crop => ("Random resized crop", FormattableString.Invariant($"area from {crop.MinimumArea:0.##}")),
        Cutout cutout => ("Cutout", $"{cutout.Side} px"),
        RandAugment augment => ("RandAugment", FormattableString.Invariant($"{augment.Operations} of magnitude {augment.Magnitude:0.#}")),
        _ => (augmentation.GetType().Name, ""),
    };

    /// <summary>One operation of RandAugment.</summary>
    private sealed record Only(RandAugment Augment, RandAugmentOperation Operation) : IPictureAugmentation
    {
        public void Apply(Span<byte> picture, int height, int width, RandomState random) =>
            Augment.Apply(Operation, picture, height, width, random);
    }
}
