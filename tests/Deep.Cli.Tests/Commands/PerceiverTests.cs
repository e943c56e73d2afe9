using System.Text.Json;
using Deep.Media;
using Deep.Perceivers;
using Deep.Tests.Perceivers;

namespace Deep.Cli.Tests.Commands;

public sealed class PerceiverTests(WorkFolder folder) : IClassFixture<WorkFolder>
{
    private static readonly string[] OnCpu = ["--device", "cpu", "--threads", "1"];

    [Fact]
    public void A_text_is_filled_and_its_bytes_are_explained()
    {
        var model = Model(SmallModels.Language);
        var plain = ToolRun.Of(["perceiver", "fill", "two[MASK][MASK] of it", "--model", model, "--top", "3", .. OnCpu]).Succeeded();
        Assert.Equal("", plain.Error);
        Assert.StartsWith("two", plain.Output, StringComparison.Ordinal);
        Assert.Contains(" %", plain.Output, StringComparison.Ordinal);
        using var mask = Json("perceiver", "fill", "two[MASK][MASK] of it", "--model", model, "--top", "3");
        Assert.Equal([3, 4], mask.RootElement.GetProperty("bytes").EnumerateArray().Select(b => b.GetProperty("position").GetInt32()));
        Assert.Equal(3, mask.RootElement.GetProperty("bytes")[0].GetProperty("guesses").GetArrayLength());
    }

    [Fact]
    public void A_part_that_is_hidden_is_filled_as_so_many_masks()
    {
        var model = Model(SmallModels.Language);
        using var mask = Json("perceiver", "fill", "two[MASK][MASK] of it", "--model", model, "--surest-first");
        using var hidden = Json("perceiver", "fill", "twoXY of it", "--hide", "XY", "--model", model, "--surest-first");
        Assert.Equal(mask.RootElement.GetProperty("text").GetString(), hidden.RootElement.GetProperty("text").GetString());
        Assert.Contains("no '[MASK]'", ToolRun.Of(["perceiver", "fill", "nothing", "--model", model, .. OnCpu]).Sentence(), StringComparison.Ordinal);
        Assert.Contains("no 'z'", ToolRun.Of(["perceiver", "fill", "nothing", "--hide", "z", "--model", model, .. OnCpu]).Sentence(), StringComparison.Ordinal);
        Assert.Contains("at most 64 tokens", ToolRun.Of(["perceiver", "fill", new string('x', 70) + "[MASK]", "--model", model, .. OnCpu]).Sentence(), StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_and_surfaces_are_named()
    {
        var picture = folder.Draw("perceiver.png", 0);
        using var pictures = Json("perceiver", "classify", picture, "--model", Model(SmallModels.Images), "--top", "2");
        Assert.Equal(2, pictures.RootElement.GetProperty("files")[0].GetProperty("predictions").GetArrayLength());
        File.WriteAllText(folder.At("triangle.obj"), "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n");
        var run = ToolRun.Of(["perceiver", "classify", folder.At("triangle.obj"), "--points", "16", "--model", Model(SmallModels.Points), .. OnCpu]).Succeeded();
        Assert.Equal(4, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        File.WriteAllText(folder.At("broken.obj"), "v 0 0\n");
        var bad = ToolRun.Of(["perceiver", "classify", folder.At("broken.obj"), "--model", Model(SmallModels.Points), .. OnCpu]);
        Assert.Equal(ExitCode.WrongInput, bad.ExitCode);
        Assert.Contains("broken.obj", bad.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Flow_is_drawn_written_and_measured()
    {
        SmallModels.Noise(40, 30, 1).Save(folder.At("one.png"));
        SmallModels.Noise(40, 30, 2).Save(folder.At("two.png"));
        SmallModels.Noise(40, 29, 2).Save(folder.At("lower.png"));
        SmallModels.Noise(10, 10, 2).Save(folder.At("small.png"));
        FlowField.Of(40, 30, (_, _) => (0, 0)).Save(folder.At("truth.flo"));

        // The small model's tile is 12 pixels high, less than the usual overlap.
        var model = Model(SmallModels.Flow with { Preprocessor = ((PatchesConfig)SmallModels.Flow.Preprocessor) with { Positions = new FourierConfig { Bands = 3, MaxResolution = [24, 32] } } });
        using var flow = Json("perceiver", "flow", folder.At("one.png"), folder.At("two.png"), "--model", model, "--out", folder.At("flow.png"),
            "--flo", folder.At("flow.flo"), "--warped", folder.At("warped.png"), "--truth", folder.At("truth.flo"));
        var field = FlowField.Open(folder.At("flow.flo"));
        Assert.Equal((40, 30), (field.Width, field.Height));
        Assert.Equal(40, Picture.Open(folder.At("flow.png")).Width);
        Assert.Equal(30, Picture.Open(folder.At("warped.png")).Height);
        Assert.Equal(field.EndPointError(FlowField.Open(folder.At("truth.flo"))), flow.RootElement.GetProperty("endPointError").GetDouble(), 1e-4);
        Assert.Contains("40 x 30 pixels, but one has 40 x 29",
            ToolRun.Of(["perceiver", "flow", folder.At("one.png"), folder.At("lower.png"), "--model", model, .. OnCpu]).Error, StringComparison.Ordinal);
        Assert.Contains("at least one tile, 32 x 24 pixels",
            ToolRun.Of(["perceiver", "flow", folder.At("small.png"), folder.At("small.png"), "--model", model, .. OnCpu]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clip_comes_back_as_frames_sound_and_labels()
    {
        Directory.CreateDirectory(folder.At("clip"));
        for (var t = 0; t < 5; t++)
        {
            SmallModels.Noise(20, 16, t).Save(folder.At("clip", $"f{t}.png"));
        }

        new Waveform(48_000, 1, [.. Enumerable.Range(0, 200).Select(i => i / 200f)]).Save(folder.At("clip.wav"));
        string[] clip = ["perceiver", "autoencode", folder.At("clip"), "--model", Model(SmallModels.Clips), "--out", folder.At("back")];
        using (var back = Json([.. clip, "--start", "1", "--audio", folder.At("clip.wav"), "--top", "2", "--chunk", "100"]))
        {
            Assert.Equal(2, back.RootElement.GetProperty("predictions").GetArrayLength());
            Assert.True(double.IsFinite(back.RootElement.GetProperty("videoPsnr").GetDouble()));
            Assert.True(double.IsFinite(back.RootElement.GetProperty("audioPsnr").GetDouble()));
        }

        Assert.Equal(4, VideoClip.Open(folder.At("back")).Frames.Count);
        Assert.Equal(96, Waveform.Open(folder.At("back", "audio.wav")).Length);
        Assert.Contains("is there already", ToolRun.Of([.. clip, .. OnCpu]).Sentence(), StringComparison.Ordinal);
        Assert.Contains("clip of 5 frames", ToolRun.Of([.. clip[..^1], folder.At("other"), "--start", "3", .. OnCpu]).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.At("other")));
    }

    [Fact]
    public void A_model_of_another_kind_or_none_is_one_sentence()
    {
        Assert.Contains("small-images", ToolRun.Of(["perceiver", "fill", "[MASK]", "--model", Model(SmallModels.Images), .. OnCpu]).Sentence(), StringComparison.Ordinal);
        Assert.Contains("language-perceiver", ToolRun.Of(["perceiver", "fill", "[MASK]", "--model", "no-such", .. OnCpu]).Sentence(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.WrongInput, ToolRun.Of("perceiver", "fill", "[MASK]").ExitCode);
        Assert.Contains("--top", ToolRun.Of("perceiver", "fill", "[MASK]", "--model", "x", "--top", "0").Sentence(), StringComparison.Ordinal);
    }

    private static JsonDocument Json(params string[] arguments)
    {
        var run = ToolRun.Of([.. arguments, "--json", .. OnCpu]).Succeeded();
        return JsonDocument.Parse(run.Output);
    }

    private string Model(PerceiverConfig config)
    {
        var path = folder.At(config.Name + config.GetHashCode() + ".safetensors");
        if (!File.Exists(path))
        {
            using var network = SmallModels.Seeded(config);
            network.Save(path);
        }

        return path;
    }
}
