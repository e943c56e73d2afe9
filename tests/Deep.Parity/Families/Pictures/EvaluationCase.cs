using Deep.Media;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;

namespace Deep.Parity.Families.Pictures;

/// <summary>What happens to a picture before an evaluated model sees it.</summary>
internal static class EvaluationCase
{
    /// <summary>Transforms the case's picture (<c>config.image</c>) or each of its file inputs.</summary>
    public static void Run(ParityCase parity, SharedFolder folder, CaseCheck check)
    {
        var transform = Transform(parity.Config);
        if (parity.Config.Has("image"))
        {
            Give("pixels", parity.Config.Text("image"));
        }

        foreach (var input in parity.Inputs)
        {
            if (input.Kind != "file")
            {
                throw new MalformedCaseException($"the input {input.Name} is a {input.Kind}, not a file");
            }

            Give(input.Name, input.Name, input.Shape);
        }

        void Give(string output, string file, long[]? shape = null)
        {
            var picture = Picture.Open(folder.Resolve(file));
            if (shape is not null && !shape.SequenceEqual([picture.Height, picture.Width, 3]))
            {
                throw new MalformedCaseException($"{file} has {picture.Height} x {picture.Width} pixels, the case says [{string.Join(", ", shape)}]");
            }

            using var pixels = transform.Apply(picture);
            check.Give(output, pixels);
        }
    }

    private static EvaluationTransform Transform(CaseConfig config)
    {
        config.Informational("op", "scale_size", "steps", "resize", "crop");
        var size = config.Has("input_size") ? InputSize(config.Integers("input_size")) : Sides(config.PerStage("size", 2, v => v.GetInt32()));
        return new()
        {
            Height = size.Height,
            Width = size.Width,
            CropFraction = config.Number("crop_pct", 1),
            Mode = config.Text("crop_mode", "center") switch
            {
                "center" => CropMode.Center,
                "squash" => CropMode.Squash,
                "border" => CropMode.Border,
                var other => throw new MalformedCaseException($"the crop mode {other} is not known"),
            },
            Filter = config.Text("interpolation") switch
            {
                "nearest" => ResizeFilter.Nearest,
                "box" => ResizeFilter.Box,
                "bilinear" => ResizeFilter.Bilinear,
                "hamming" => ResizeFilter.Hamming,
                "bicubic" => ResizeFilter.Bicubic,
                "lanczos" => ResizeFilter.Lanczos,
                var other => throw new MalformedCaseException($"the interpolation {other} is not known"),
            },
            Mean = config.Numbers("mean"),
            Std = config.Numbers("std"),
        };
    }

    private static (int Height, int Width) Sides(int[] size) => (size[0], size[1]);

    private static (int Height, int Width) InputSize(int[] channelsHeightWidth) => channelsHeightWidth is [3, var height, var width]
        ? (height, width)
        : throw new MalformedCaseException("config.input_size is not three channels, height and width");
}
