namespace Deep.Cli.Tests.Commands;

public sealed class WrongInputTests(WorkFolder folder) : IClassFixture<WorkFolder>
{
    public static TheoryData<string> CommandLines =>
    [
        "nonsense",
        "doctor --nonsense",
        "doctor extra",
        "classify",
        "classify missing.jpg",
        "classify {picture} --top 0",
        "classify {picture} --top many",
        "classify {picture} --sheet sheet.gif",
        "classify {picture} --model missing.safetensors",
        "classify {picture} --model {picture}",
        "classify {picture} --model hf:nonsense",
        "classify {picture} --model {model} --device tpu",
        "classify {picture} --model {model} --device cuda:99",
        "classify {picture} --model {model} --labels missing.txt",
        "classify {empty}",
        "info missing",
        "info {picture}",
        "info F0 --size 0",
        "info F0 --size wide",
        "convert {model}",
        "convert missing.safetensors out.pth",
        "convert {picture} {empty}/out.pth",
        "convert {model} {empty}/out.nonsense",
        "convert {model} {empty}/out.pth --dtype f7",
        "convert {model} {empty}/out.pth --naming keras",
        "convert {model} {model}",
        "train",
        "train images",
        "train images missing.zip",
        "train images {picture}",
        "train images {empty}",
        "train images {set} --model nonsense",
        "train images {set} --model {picture}",
        "train images {set} --epochs 0",
        "train images {set} --epochs many",
        "train images {set} --batch 0",
        "train images {set} --batch 1000 --model {config}",
        "train images {set} --multiplicity 3",
        "train images {set} --lr -1",
        "train images {set} --lr nan",
        "train images {set} --warmup 30",
        "train images {set} --size 4",
        "train images {set} --ema 1",
        "train images {set} --label-smoothing 1",
        "train images {set} --clipping -1",
        "train images {set} --mixup -1",
        "train images {set} --cutmix -1",
        "train images {set} --weight-decay -1",
        "train images {set} --test-fraction 1",
        "train images {set} --test-every 0",
        "train images {set} --seed -1",
        "train images {set} --threads 0",
        "train images {set} --device tpu",
        "train images {set} --micro-batches 3",
        "train images {set} --regime fixed",
        "train images {set} --schedule staircase",
        "train images {set} --unreadable -1",
        "train images {set} --optimizer adam",
        "train images {set} --sam -1",
        "train images {set} --asam nan",
        "train images {set} --ascent 0",
        "train images {set} --clip-norm -1",
        "train images {set} --workers -1",
        "train images {set} --checkpoint-every -1",
        "train images {set} --keep 0",
        "train images {set} --early-stop -1",
        "finetune images {set} --layer-decay 0",
        "train text",
        "train text missing.txt",
        "train text {empty}",
        "train text {picture}",
        "train text {text} --vocabulary nonsense",
        "train text {text} --vocabulary {empty}",
        "train text {text} --block resnet",
        "train text {text} --layers 0",
        "train text {text} --width 10 --heads 3",
        "train text {text} --context 100000",
        "train text {text} --gamma 0",
        "train text {text} --gamma 0.1 --block u-spa",
        "train text {text} --rho 1 --block u-spa",
        "train text {text} --rescale exact --block plain",
        "train text {text} --rescale none",
        "train text {text} --activation selu",
        "train text {text} --eta 1",
        "train text {text} --eta 0.5 --block pre-ln",
        "train text {text} --activation tailored --block pre-ln",
        "train text {text} --position absolute",
        "train text {text} --skip 1",
        "train text {text} --skip 0.5 --block pre-ln",
        "train text {text} --steps 0",
        "train text {text} --lr nan",
        "train text {text} --warmup 2000",
        "train text {text} --beta2 1",
        "train text {text} --micro-batches 3",
        "train text {text} --test-fraction 0.001",
        "train text {text} --precision f8",
        "train text {text} --schedule staircase",
        "generate",
        "generate missing.safetensors",
        "generate {picture}",
        "generate {model}",
        "generate {language} --prompt ~",
        "generate {language} --tokens 0",
        "generate {language} --temperature -1",
        "generate {language} --top-p 0",
        "generate {language} --top-k -1",
        "probe missing.json",
        "probe {config}",
        "probe {picture}",
        "probe --length 1",
        "probe --batch 0",
        "probe --plot signal.gif",
        "probe --plot {empty}/none/signal.png",
        "probe --block resnet",
        "probe {language} --text missing.txt",
        "finetune",
        "finetune images",
        "finetune images missing.zip",
        "finetune images {empty}",
        "finetune images {set} --model nonsense",
        "finetune images {set} --model {picture}",
        "finetune images {set} --model {model} --freeze all",
        "finetune images {set} --model {model} --freeze 0",
        "finetune images {set} --dropout 1",
        "finetune images {set} --stochastic-depth -0.1",
        "finetune images {set} --lr 0",
        "finetune images {set} --multiplicity 5",
        "tour --model missing.safetensors --out {empty}/tour",
        "tour --out {picture}/tour",
    ];

    [Theory]
    [MemberData(nameof(CommandLines))]
    public void Wrong_input_gives_one_sentence_and_exit_code_2(string commandLine)
    {
        var empty = Directory.CreateDirectory(folder.At("empty")).FullName;
        var args = commandLine
            .Replace("{picture}", folder.Draw("picture.png", 0), StringComparison.Ordinal)
            .Replace("{model}", folder.Model(), StringComparison.Ordinal)
            .Replace("{config}", folder.Config(), StringComparison.Ordinal)
            .Replace("{set}", folder.PictureSet("set", 4), StringComparison.Ordinal)
            .Replace("{text}", folder.Text("text.txt"), StringComparison.Ordinal)
            .Replace("{language}", commandLine.Contains("{language}", StringComparison.Ordinal) ? folder.LanguageModel() : "", StringComparison.Ordinal)
            .Replace("{empty}", empty, StringComparison.Ordinal)
            .Split(' ');

        var run = ToolRun.Of(args);

        var sentence = run.Sentence();
        Assert.InRange(sentence.Length, 20, 600);
        Assert.DoesNotContain("Exception", sentence, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
        Assert.Empty(Directory.EnumerateFiles(empty, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_wrong_option_is_named()
    {
        Assert.Contains("--top", ToolRun.Of("classify", "x.jpg", "--top", "0").Sentence(), StringComparison.Ordinal);
        Assert.Contains("'many'", ToolRun.Of("classify", "x.jpg", "--top", "many").Sentence(), StringComparison.Ordinal);
        Assert.Contains("--lr", ToolRun.Of("train", "images", "x", "--lr", "0").Sentence(), StringComparison.Ordinal);
        Assert.Contains("missing.jpg", ToolRun.Of("classify", "missing.jpg").Sentence(), StringComparison.Ordinal);
    }
}
