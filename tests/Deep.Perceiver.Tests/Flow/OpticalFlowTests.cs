using Deep.Media;
using Deep.Perceivers;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers;

public sealed class OpticalFlowTests : IDisposable
{
    private readonly Perceiver network = SmallModels.Seeded(SmallModels.Flow);
    private readonly OpticalFlow flow;

    public OpticalFlowTests() => flow = new OpticalFlow(network, new() { MinOverlap = 4, BatchSize = 4 });

    public void Dispose()
    {
        flow.Dispose();
        network.Dispose();
    }

    [Fact]
    public void A_picture_of_one_tile_has_twenty_times_the_networks_flow()
    {
        var (first, second) = (SmallModels.Noise(16, 12, 1), SmallModels.Noise(16, 12, 2));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var expected = network.forward(FlowPatches.Of(first, second, FlowTiles.Of(12, 16, 12, 16, 4), device: TestDevice.Current))
            .cpu().contiguous().data<float>().ToArray();
        var field = flow.Estimate(first, second);
        Assert.Equal((16, 12), (field.Width, field.Height));
        for (var pixel = 0; pixel < 192; pixel++)
        {
            Assert.Equal(20 * expected[2 * pixel], field.U[pixel], 1e-3f);
            Assert.Equal(20 * expected[(2 * pixel) + 1], field.V[pixel], 1e-3f);
        }

        Assert.True(field.U.ToArray().Distinct().Count() > 100);
    }

    [Fact]
    public void Batches_of_tiles_and_single_tiles_give_the_same_at_odd_sizes()
    {
        var (first, second) = (SmallModels.Noise(45, 31, 1), SmallModels.Noise(45, 31, 2));
        using var single = new OpticalFlow(network, new() { MinOverlap = 4 });
        var parts = new List<double>();
        var expected = single.Estimate(first, second, new Recording(parts));
        var tiles = FlowTiles.Of(31, 45, 12, 16, 4).Corners.Count;
        Assert.Equal(Enumerable.Range(1, tiles).Select(done => (double)done / tiles), parts);
        Assert.InRange(flow.Estimate(first, second).EndPointError(expected), 0, 1e-3);
    }

    [Fact]
    public void Pictures_smaller_than_a_tile_or_of_two_sizes_are_one_clear_error()
    {
        Assert.Contains("at least one tile, 16 x 12 pixels, but these are 15 x 12", Assert.Throws<ShapeException>(() =>
            flow.Estimate(SmallModels.Noise(15, 12, 1), SmallModels.Noise(15, 12, 2))).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => flow.Estimate(SmallModels.Noise(20, 20, 1), SmallModels.Noise(20, 21, 2)));
        Assert.Throws<MediaException>(() => flow.Estimate("none.png", "none.png"));
        Assert.Throws<ShapeException>(() => flow.Estimate(new VideoClip([SmallModels.Noise(20, 20, 1)])));
        Assert.Throws<ConfigurationException>(() => new OpticalFlow(network));
        using var images = new Perceiver(SmallModels.Images);
        Assert.Throws<ConfigurationException>(() => new OpticalFlow(images));
        Assert.Equal("OpticalFlowOptions.PixelsPerUnit",
            Assert.Throws<ConfigurationException>(() => new OpticalFlow(network, new() { PixelsPerUnit = double.NaN })).Setting);
    }

    [Fact]
    public void Each_frame_of_a_clip_flows_to_the_next()
    {
        var clip = new VideoClip([SmallModels.Noise(18, 14, 1), SmallModels.Noise(18, 14, 2), SmallModels.Noise(18, 14, 3)]);
        var fields = flow.Estimate(clip).ToArray();
        Assert.Equal(2, fields.Length);
        Assert.InRange(fields[1].EndPointError(flow.Estimate(clip.Frames[1], clip.Frames[2])), 0, 1e-3);
    }

    [Fact]
    public void Many_threads_estimate_what_one_does_and_leave_no_tensors()
    {
        var (first, second) = (SmallModels.Noise(30, 20, 1), SmallModels.Noise(30, 20, 2));
        var expected = flow.Estimate(first, second);
        var live = new LiveTensors();
        flow.Estimate(first, second);
        Assert.Equal(0, live.Created);
        var before = SmallModels.TensorsInProcess();
        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
            Assert.InRange(flow.Estimate(first, second).EndPointError(expected), 0, 1e-3));
        Assert.Equal(before, SmallModels.TensorsInProcess());
    }

    [Fact]
    public void Cancelling_ends_it_between_tiles_and_disposing_refuses_later_calls()
    {
        using var source = new CancellationTokenSource();
        using var single = new OpticalFlow(network, new() { MinOverlap = 4 });
        var parts = new List<double>();
        var progress = new Recording(parts, source);
        Assert.Throws<OperationCanceledException>(() =>
            single.Estimate(SmallModels.Noise(45, 31, 1), SmallModels.Noise(45, 31, 2), progress, source.Token));
        Assert.Single(parts);
        single.Dispose();
        Assert.Throws<ObjectDisposedException>(() => single.Estimate(SmallModels.Noise(16, 12, 1), SmallModels.Noise(16, 12, 2)));
    }

    internal sealed class Recording(List<double> parts, CancellationTokenSource? cancelled = null) : IProgress<double>
    {
        public void Report(double value)
        {
            parts.Add(value);
            cancelled?.Cancel();
        }
    }
}
