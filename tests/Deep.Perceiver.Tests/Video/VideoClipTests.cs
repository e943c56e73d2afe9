using Deep.Media;
using Deep.Perceivers;

namespace Deep.Tests.Perceivers;

public sealed class VideoClipTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_is_read_in_the_order_of_the_numbers_in_its_names()
    {
        var frames = Enumerable.Range(0, 12).Select(t => SmallModels.Noise(6, 4, t)).ToArray();
        Directory.CreateDirectory(folder.File("clip"));
        for (var t = 0; t < 12; t++)
        {
            frames[t].Save(folder.File($"clip/f{t}.png"));
        }

        File.WriteAllText(folder.File("clip/notes.txt"), "no picture");
        var clip = VideoClip.Open(folder.File("clip"));
        AssertFrames(frames, clip);
        clip.SaveFrames(folder.File("copy"));
        AssertFrames(frames, VideoClip.Open(folder.File("copy")));
        Assert.Throws<MediaException>(() => clip.SaveFrames(folder.File("copy")));
        Assert.Throws<MediaException>(() => VideoClip.Open(folder.File("clip"), limits: new() { MaxPixels = 11 * 24 }));
    }

    [Fact]
    public void Frames_of_different_sizes_are_one_clear_error()
    {
        Assert.Contains("frame 0 is 4 x 4 and frame 2 is 4 x 5", Assert.Throws<ShapeException>(() => new VideoClip(
            [SmallModels.Noise(4, 4, 1), SmallModels.Noise(4, 4, 2), SmallModels.Noise(4, 5, 3)])).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => new VideoClip([]));
        Assert.Throws<ShapeException>(() => VideoClip.FromRgb(2, 2, 2, new byte[23]));
        Assert.Throws<ShapeException>(() => VideoClip.FromRgb(int.MaxValue, int.MaxValue, int.MaxValue, []));
        Directory.CreateDirectory(folder.File("empty"));
        Assert.Throws<MediaException>(() => VideoClip.Open(folder.File("empty")));
        Assert.Throws<MediaException>(() => VideoClip.Open(folder.File("none.gif")));
    }

    [Fact]
    public void A_part_of_a_clip_takes_its_part_of_the_sound()
    {
        var sound = new Waveform(100, 1, [.. Enumerable.Range(0, 40).Select(i => i / 40f)]);
        var clip = VideoClip.FromRgb(4, 2, 1, new byte[24], sound);
        var cut = clip.Cut(1, 2);
        Assert.Equal(2, cut.Frames.Count);
        Assert.Equal(sound.Samples[10..30].ToArray(), cut.Audio!.Samples.ToArray());
        Assert.Throws<ShapeException>(() => clip.Cut(3, 2));
        Assert.Throws<ShapeException>(() => clip.Cut(0, 0));
    }

    [Fact]
    public void The_centre_square_is_what_a_model_sees()
    {
        var clip = VideoClip.FromRgb(1, 4, 2, [.. Enumerable.Range(0, 24).Select(i => (byte)i)]);
        Assert.Equal(clip.Frames[0].Crop(1, 0, 2, 2).Pixels.ToArray(), clip.CentreSquare(2).Frames[0].Pixels.ToArray());
        Assert.Equal((8, 8), (clip.CentreSquare(8).Width, clip.CentreSquare(8).Height));
    }

    [SharedFact]
    public void A_film_of_raw_frames_and_its_sound_make_a_clip_of_the_released_model()
    {
        var rgb = File.ReadAllBytes(SharedData.At("data", "perceiver", "av", "nasa_16x224x224x3_rgb.u8"));
        var sound = Waveform.Open(SharedData.At("data", "perceiver", "av", "nasa_48k_mono.wav"));
        var clip = VideoClip.FromRgb(16, 224, 224, rgb, sound.Cut(0, 30_720));
        Assert.Equal((48_000, 61_440, 1), (sound.SampleRate, sound.Length, sound.Channels));
        Assert.InRange(clip.Audio!.Samples.ToArray().Max(Math.Abs), 0.001f, 1f);
        Assert.Equal(30_720, clip.Audio.Length);
    }

    private static void AssertFrames(Picture[] frames, VideoClip clip)
    {
        Assert.Equal(frames.Length, clip.Frames.Count);
        Assert.All(frames.Zip(clip.Frames), pair => Assert.Equal(pair.First.Pixels.ToArray(), pair.Second.Pixels.ToArray()));
    }
}
