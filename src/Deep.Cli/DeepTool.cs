using System.Text.RegularExpressions;
using Deep.Cli.Commands;
using Deep.Cli.Reporting;
using Spectre.Console.Cli;

namespace Deep.Cli;

/// <summary>The command line of <c>deep</c>: its commands, and how a failure becomes a sentence and an exit code.</summary>
internal static partial class DeepTool
{
    /// <summary>Runs one command line.</summary>
    /// <param name="args">What stands after <c>deep</c>.</param>
    /// <param name="terminal">Where it writes.</param>
    /// <param name="cancellationToken">Stops the command at the next safe point.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken cancellationToken)
    {
        var app = new CommandApp();
        app.Configure(configuration => Configure(configuration, terminal));
        try
        {
            return await app.RunAsync(args, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            terminal.WriteError("Stopped.");
            return ExitCode.Cancelled;
        }
        catch (Exception failure) when (IsWrongInput(failure))
        {
            terminal.WriteError(Sentence(failure));
            return ExitCode.WrongInput;
        }
        catch (Exception failure)
        {
            // The last line of defence: a user gets a sentence; the place of the fault only on request.
            terminal.WriteError($"Unexpected {failure.GetType().Name}: {failure.Message}");
            if (Environment.GetEnvironmentVariable("DEEP_TRACE") == "1")
            {
                terminal.Error.WriteLine(failure);
            }

            return ExitCode.Failure;
        }
    }

    private static bool IsWrongInput(Exception failure) => failure
        is WrongInputException or DeepException or CommandAppException or IOException or UnauthorizedAccessException;

    // The parser names a type where a user expects to read what was wrong with the value.
    private static string Sentence(Exception failure) =>
        failure is CommandAppException && Conversion().Match(failure.Message) is { Success: true } conversion
            ? $"'{conversion.Groups[1].Value}' is not a number that this option takes."
            : failure.Message;

    [GeneratedRegex("^Failed to convert '(.*)' to ")]
    private static partial Regex Conversion();

    private static void Configure(IConfigurator configuration, Terminal terminal)
    {
        configuration.SetApplicationName("deep");
        configuration.SetApplicationVersion(typeof(DeepTool).Assembly.GetName().Version!.ToString(3));
        configuration.ConfigureConsole(terminal.Console);
        configuration.UseStrictParsing();
        configuration.PropagateExceptions();
        configuration.Settings.Registrar.RegisterInstance(terminal);

        configuration.AddCommand<TourCommand>("tour")
            .WithDescription("Runs every family on what the tool brings along, and writes a page about it.")
            .WithExample("tour");
        configuration.AddCommand<ClassifyCommand>("classify")
            .WithDescription("Names pictures.")
            .WithExample("classify", "photo.jpg")
            .WithExample("classify", "holiday/", "--top", "3", "--sheet", "sheet.png")
            .WithExample("classify", "photo.jpg", "--model", "hf:timm/dm_nfnet_f0.dm_in1k", "--json");
        configuration.AddBranch("train", train =>
        {
            train.SetDescription("Trains a model on your own data.");
            train.SetDefaultCommand<TrainCommand>();
            train.AddCommand<TrainImagesCommand>("images")
                .WithDescription("Trains an NFNet to name pictures, from a folder or a zip with one folder per class.")
                .WithExample("train", "images", "photos.zip")
                .WithExample("train", "images", "photos/", "--epochs", "40", "--batch", "64", "--out", "runs/photos")
                .WithExample("train", "images", "photos/", "--rand-augment", "2,9", "--show-augmentations", "sheet.png");
            train.AddCommand<TrainTextCommand>("text")
                .WithDescription("Trains a transformer, by default one without skips and normalisation, to go on with a text.")
                .WithExample("train", "text", "book.txt")
                .WithExample("train", "text", "book.txt", "--block", "e-spa", "--layers", "36", "--width", "64", "--context", "64", "--out", "runs/book")
                .WithExample("train", "text", "a.txt", "b.txt", "--block", "pre-ln", "--vocabulary", "gpt2");
        });
        configuration.AddBranch("perceiver", perceiver =>
        {
            perceiver.SetDescription("Perceivers on any kind of input: texts, pictures, point clouds, motion, video.");
            PerceiverCommands.AddTo(perceiver);
            perceiver.AddCommand<TrainPerceiverCommand>("train")
                .WithDescription("Trains a Perceiver on digits, point clouds, digits with labels to give back, hidden bytes, or known motion.")
                .WithExample("perceiver", "train", "digits", "digits.csv.gz")
                .WithExample("perceiver", "train", "digits", "digits.csv.gz", "--permute", "1", "--seed", "2")
                .WithExample("perceiver", "train", "points", "meshes/", "--out", "runs/points")
                .WithExample("perceiver", "train", "text", "book.txt", "--steps", "20000")
                .WithExample("perceiver", "train", "flow", "photos/", "--test", "others/");
        });
        configuration.AddBranch("nowcast", nowcast =>
        {
            nowcast.SetDescription("Rain of the next hours from radar: forecasts, training, verification.");
            NowcastCommands.AddTo(nowcast);
        });
        configuration.AddBranch("finetune", finetune =>
        {
            finetune.SetDescription("Teaches a pre-trained model your own data.");
            finetune.SetDefaultCommand<FinetuneCommand>();
            finetune.AddCommand<FinetuneImagesCommand>("images")
                .WithDescription("Teaches a pre-trained NFNet new classes, from a folder or a zip with one folder per class.")
                .WithExample("finetune", "images", "photos.zip")
                .WithExample("finetune", "images", "photos/", "--model", "dm_nfnet_f0", "--freeze", "2", "--out", "runs/photos");
        });
        configuration.AddBranch("scale", scale =>
        {
            scale.SetDescription("Trains networks of several sizes for several budgets, and fits a scaling law.");
            scale.SetDefaultCommand<ScaleCommand>();
            scale.AddCommand<ScaleImagesCommand>("images")
                .WithDescription("Trains NFNets of several widths and budgets from one file, and fits how loss falls with compute.")
                .WithExample("scale", "images", "grid.json");
        });
        configuration.AddCommand<GenerateCommand>("generate")
            .WithDescription("Lets a model of 'deep train text' go on with a text.")
            .WithExample("generate", "runs/book/model.safetensors", "--prompt", "ROMEO:")
            .WithExample("generate", "runs/book/model.safetensors", "--temperature", "0.7", "--top-p", "0.9", "--seed", "3");
        configuration.AddCommand<ProbeCommand>("probe")
            .WithDescription("Follows the signal through a transformer layer by layer, and says why it can be trained or not.")
            .WithExample("probe", "--block", "plain", "--layers", "36", "--plot", "signal.png")
            .WithExample("probe", "runs/book/model.safetensors", "--text", "book.txt")
            .WithExample("probe", "configuration.json", "--json");
        configuration.AddCommand<InfoCommand>("info")
            .WithDescription("Says what a variant costs, or what a checkpoint file holds.")
            .WithExample("info")
            .WithExample("info", "F0", "--layers")
            .WithExample("info", "model.safetensors", "--json");
        configuration.AddCommand<ConvertCommand>("convert")
            .WithDescription("Writes a checkpoint in another format, under other names or in another type of numbers.")
            .WithExample("convert", "dm_nfnet_f0.pth", "dm_nfnet_f0.safetensors")
            .WithExample("convert", "F0_haiku.npz", "f0.safetensors", "--naming", "timm", "--dtype", "bf16");
        configuration.AddCommand<DoctorCommand>("doctor")
            .WithDescription("Says what this machine has, what loads and what does not, and what to do about it.")
            .WithExample("doctor");
    }
}
