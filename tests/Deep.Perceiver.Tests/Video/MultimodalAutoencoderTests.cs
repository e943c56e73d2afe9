using Deep.Media;
using Deep.Perceivers;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers;

public sealed class MultimodalAutoencoderTests : IDisposable
{
    private readonly Perceiver network = SmallModels.Seeded(SmallModels.Clips);
    private readonly MultimodalAutoencoder autoencoder;

    public MultimodalAutoencoderTests() => autoencoder = new MultimodalAutoencoder(network, new() { ChunkSize = 50, Top = 3 });

    public void Dispose()
    {
        autoencoder.Dispose();
        network.Dispose();
    }

    [Fact]
    public void Decoding_in_parts_gives_what_the_network_gives_as_a_whole()
    {
        var clip = Clip(1);
        Assert.Equal((4, 8, 96), (autoencoder.Frames, autoencoder.Size, autoencoder.Samples));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var pixels = PictureBatch.Stack(clip.Frames).to(ScalarType.Float32).Times(1 / 255.0).unsqueeze(0).to(TestDevice.Current);
        var outputs = network.Run(PerceiverInput.Of(new Dictionary<string, Tensor>
        {
            ["image"] = pixels,
            ["audio"] = tensor(clip.Audio!.Samples.ToArray(), [1, 96, 1], device: TestDevice.Current),
            ["label"] = zeros([1, 7], device: TestDevice.Current),
        }));
        var parts = new List<double>();
        var back = autoencoder.Reconstruct(clip, new OpticalFlowTests.Recording(parts));
        var colours = outputs["image"].flatten().cpu().data<float>().ToArray();
        var found = back.Clip.Frames.SelectMany(frame => frame.Pixels.ToArray()).ToArray();
        Assert.Equal(colours.Length, found.Length);
        Assert.All(colours.Zip(found), pair => Assert.Equal(Math.Clamp(pair.First * 255, 0, 255), pair.Second, 1f));
        var sound = outputs["audio"].flatten().cpu().data<float>().ToArray();
        Assert.All(sound.Zip(back.Clip.Audio!.Samples.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
        var labels = outputs["label"].softmax(-1).flatten().cpu().data<float>().ToArray();
        Assert.Equal(3, back.Predictions.Count);
        Assert.All(back.Predictions, p => Assert.Equal(labels[p.Index], p.Probability, 1e-3f));
        Assert.Equal(8, parts.Count);
        Assert.Equal(1, parts[^1], 1e-9);
        Assert.Equal(parts.Order(), parts);
    }

    [Fact]
    public void A_clip_is_its_latents_whatever_the_size_of_the_parts()
    {
        var encoded = autoencoder.Encode(Clip(1));
        Assert.Equal((6, 16, 96), (encoded.Latents, encoded.Channels, encoded.Values.Count));
        using var whole = new MultimodalAutoencoder(network);
        var (inParts, atOnce) = (autoencoder.Decode(encoded, 8000), whole.Decode(encoded, 8000));
        Assert.Equal(8000, inParts.Clip.Audio!.SampleRate);
        Assert.All(inParts.Clip.Frames.Zip(atOnce.Clip.Frames), pair => Assert.All(
            pair.First.Pixels.ToArray().Zip(pair.Second.Pixels.ToArray()), bytes => Assert.InRange(bytes.First - bytes.Second, -1, 1)));
        Assert.NotEqual(encoded.Values, autoencoder.Encode(Clip(2)).Values);
        Assert.Throws<ShapeException>(() => autoencoder.Decode(encoded with { Latents = 5 }));
        Assert.Throws<ShapeException>(() => autoencoder.Decode(encoded with { Values = [1] }));
    }

    [Fact]
    public void A_clip_of_another_length_is_one_clear_error_and_silence_is_allowed()
    {
        Assert.Contains("clips of 4 frames and 96 samples of sound, but this one has 3 and 72",
            Assert.Throws<ShapeException>(() => autoencoder.Encode(Clip(1).Cut(0, 3))).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => autoencoder.Encode(new VideoClip(Clip(1).Frames, new Waveform(48_000, 1, new float[95]))));
        var silent = autoencoder.Encode(new VideoClip(Clip(1).Frames));
        var zeros = autoencoder.Encode(new VideoClip(Clip(1).Frames, new Waveform(48_000, 2, new float[192])));
        Assert.Equal(silent.Values, zeros.Values);
        var large = new VideoClip([.. Enumerable.Range(0, 4).Select(t => SmallModels.Noise(30, 20, t))]);
        Assert.Equal(8, autoencoder.Reconstruct(large).Clip.Width);
    }

    [Fact]
    public void Many_threads_reconstruct_what_one_does_and_leave_no_tensors()
    {
        var clip = Clip(1);
        var expected = autoencoder.Reconstruct(clip);
        var live = new LiveTensors();
        autoencoder.Reconstruct(clip);
        Assert.Equal(0, live.Created);
        var before = SmallModels.TensorsInProcess();
        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
            Assert.Equal(expected.Predictions.Select(p => p.Label), autoencoder.Reconstruct(clip).Predictions.Select(p => p.Label)));
        Assert.Equal(before, SmallModels.TensorsInProcess());
    }

    [Fact]
    public void Cancelling_ends_it_between_parts_and_another_kind_of_network_is_refused()
    {
        using var source = new CancellationTokenSource();
        var parts = new List<double>();
        Assert.Throws<OperationCanceledException>(() =>
            autoencoder.Reconstruct(Clip(1), new OpticalFlowTests.Recording(parts, source), source.Token));
        Assert.Single(parts);
        using var images = new Perceiver(SmallModels.Images);
        Assert.Throws<ConfigurationException>(() => new MultimodalAutoencoder(images));
        Assert.Throws<ConfigurationException>(() => new MultimodalAutoencoder(network, new() { ChunkSize = 0 }));
        Assert.Throws<ConfigurationException>(() => new MultimodalAutoencoder(network, new() { Labels = ["one"] }));
        autoencoder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => autoencoder.Encode(Clip(1)));
    }

    private static VideoClip Clip(int seed) => new(
        [.. Enumerable.Range(0, 4).Select(t => SmallModels.Noise(8, 8, (10 * seed) + t))],
        new Waveform(48_000, 1, [.. Enumerable.Range(0, 96).Select(i => (float)Math.Sin(seed * i))]));
}
