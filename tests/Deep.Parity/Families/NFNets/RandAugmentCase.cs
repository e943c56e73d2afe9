using System.Globalization;
using System.Text.RegularExpressions;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Parity.Families.NFNets;

/// <summary>RandAugment's operations on values, with given arguments, as DeepMind's code computes them.</summary>
internal static partial class RandAugmentCase
{
    // What the case says of its picture, and what this adapter therefore does.
    private const string ImageRule = "(iinput(\"image\",[48,56,3],200)+20)//2 + (3*x+y as uint8)//2, uint8 HWC";

    public static void Run(ParityCase parity, CaseCheck check)
    {
        parity.Config.Informational("op", "levels", "grayscale", "contrast_mean");
        if (parity.Config.Text("image_rule") != ImageRule)
        {
            throw new MalformedCaseException("the rule of the picture is not known to the adapter");
        }

        var (image, height, width) = Image(parity);
        foreach (var output in parity.Outputs)
        {
            var picture = (byte[])image.Clone();
            Apply(output.Name, picture, height, width);
            using var planes = tensor(picture, [3, height, width]);
            check.Give(output.Name, planes.permute(1, 2, 0));
        }
    }

    private static (byte[] Planes, int Height, int Width) Image(ParityCase parity)
    {
        using var draws = parity.Tensor("image");
        var (height, width) = ((int)draws.shape[0], (int)draws.shape[1]);
        var planes = new byte[3 * height * width];
        foreach (var (drawn, at) in CaseTensors.ToNumbers(draws).Select((drawn, at) => ((int)drawn, at)))
        {
            var (y, x, channel) = (at / (3 * width), at / 3 % width, at % 3);
            planes[(((channel * height) + y) * width) + x] = (byte)(((drawn + 20) / 2) + (byte)(((3 * x) + y) & 255) / 2);
        }

        return (planes, height, width);
    }

    private static void Apply(string name, byte[] picture, int height, int width)
    {
        double[] arguments = [.. Number().Matches(name).Select(number => double.Parse(number.Value, CultureInfo.InvariantCulture))];
        switch (name.Split('(')[0])
        {
            case "image":
                break;
            case "AutoContrast":
                ToneOperations.AutoContrast(picture, height, width);
                break;
            case "Equalize":
                ToneOperations.Equalize(picture, height, width);
                break;
            case "Invert":
                ToneOperations.Invert(picture);
                break;
            case "Posterize":
                ToneOperations.Posterize(picture, (int)arguments[0]);
                break;
            case "Solarize":
                ToneOperations.Solarize(picture, (int)arguments[0]);
                break;
            case "SolarizeAdd":
                ToneOperations.SolarizeAdd(picture, (int)arguments[0]);
                break;
            case "color":
                ToneOperations.Color(picture, height, width, arguments[0]);
                break;
            case "contrast":
                // The reference's mean is that of the histogram's counts: H * W / 256.
                ToneOperations.Contrast(picture, height, width, arguments[0], (byte)(height * width / 256));
                break;
            case "brightness":
                ToneOperations.Brightness(picture, arguments[0]);
                break;
            case "sharpness":
                ToneOperations.Sharpness(picture, height, width, arguments[0]);
                break;
            case "Cutout":
                GeometricOperations.Cut(
                    picture, height, width, (int)arguments[1], (int)arguments[2], (int)arguments[0], RandAugment.Fill);
                break;
            default:
                throw new MalformedCaseException($"the operation {name} is not known to the adapter");
        }
    }

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Number();
}
