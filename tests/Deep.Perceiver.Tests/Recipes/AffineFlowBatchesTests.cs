using Deep.Media;
using Deep.Perceivers.Recipes;
using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers.Tests.Recipes;

public sealed class AffineFlowBatchesTests
{
    [Fact]
    public void A_motion_and_its_reverse_undo_each_other()
    {
        var motion = AffineMotion.Of(96, 64, 3, -2, 0.3, 1.2, 0.1);
        var (x, y) = motion.Move(10, 20);
        Assert.Equal((10, 20), (Math.Round(motion.MoveBack(x, y).X, 3), Math.Round(motion.MoveBack(x, y).Y, 3)));
        Assert.Equal(motion.MoveBack(5, 6), motion.Reversed.Move(5, 6));
        Assert.Equal((3f, -2f), AffineMotion.Of(96, 64, 3, -2).Field(96, 64)[40, 7]);

        // A quarter turn goes from right to down about the centre.
        var (right, down) = AffineMotion.Of(5, 5, 0, 0, Math.PI / 2).Move(4, 2);
        Assert.Equal((2, 4), (Math.Round(right, 4), Math.Round(down, 4)));
        Assert.Throws<ConfigurationException>(() => AffineMotion.Of(5, 5, 0, 0, 0, 0));
        Assert.Throws<ConfigurationException>(() => AffineMotion.Of(5, 5, double.NaN, 0));
    }

    [Fact]
    public void The_second_frame_pulled_back_along_the_flow_is_the_first()
    {
        using var scope = NewDisposeScope();
        var batch = new AffineFlowBatches([Smooth()], new AffineFlowOptions { BatchSize = 2, Augments = false, Shift = 5 }).Read(0, 0, 1);
        Assert.Equal([2, 3, 64, 96], batch.First.shape);
        Assert.True(batch.First[1].Equals(batch.Second[0]) && batch.Second[1].Equals(batch.First[0]));
        for (var direction = 0; direction < 2; direction++)
        {
            var (first, second, flow) = (Frame(batch.First[direction]), Frame(batch.Second[direction]), Field(batch.Flow[direction]));
            var back = flow.Warp(second);
            var (error, still, inside) = (0.0, 0.0, 0);
            for (var y = 16; y < 48; y++)
            {
                for (var x = 16; x < 80; x++, inside++)
                {
                    var at = ((y * 96) + x) * 3;
                    error += Math.Abs(back.Pixels[at] - first.Pixels[at]);
                    still += Math.Abs(second.Pixels[at] - first.Pixels[at]);
                }
            }

            Assert.InRange(error / inside, 0, 1.5);
            Assert.True(still > 4 * error, $"{still} without the flow, {error} with it");
        }
    }

    [Fact]
    public void The_first_phase_has_no_augmentation()
    {
        using var scope = NewDisposeScope();
        var options = new AffineFlowOptions { BatchSize = 2, PlainSteps = 1, Seed = 4 };
        var batches = new AffineFlowBatches([Smooth()], options);
        var plain = new AffineFlowBatches([Smooth()], options with { Augments = false });
        Assert.True(batches.Read(0, 0, 1).First.Equals(plain.Read(0, 0, 1).First));
        Assert.False(batches.Read(1, 0, 1).First.Equals(plain.Read(1, 0, 1).First));
        Assert.True(batches.Read(1, 0, 1).Flow.Equals(plain.Read(1, 0, 1).Flow));
        Assert.True(batches.Read(1, 0, 1).First.abs().max().item<float>() <= 1);
        Assert.Throws<ConfigurationException>(() => batches.Read(0, 0, 2));
        Assert.Throws<ConfigurationException>(() => new AffineFlowBatches([], options));
        Assert.Throws<ConfigurationException>(() => new AffineFlowBatches([Smooth()], options with { BatchSize = 3 }));
    }

    [Fact]
    public void The_loss_is_the_end_point_error_in_pixels()
    {
        using var scope = NewDisposeScope();
        var batch = new AffineFlowBatches([Smooth()], new AffineFlowOptions { BatchSize = 2 }).Read(0, 0, 1);
        using var exact = new Flow(batch.Flow.div(tensor(20f)));
        Assert.Equal(0, FlowObjective.Of(exact)(batch).Loss.item<float>(), 2e-3f);
        using var still = new Flow(zeros_like(batch.Flow));
        var zero = FlowError.Of(zeros_like(batch.Flow), batch.Flow).EndPointError;
        Assert.Equal(zero, FlowObjective.Of(still)(batch).Loss.item<float>(), 1e-3);

        // Where the flow is right its length has no direction; the gradient must be finite all the same.
        var guess = batch.Flow.clone().requires_grad_();
        FlowObjective.EndPointError(guess, batch.Flow).backward();
        Assert.True(guess.grad!.isfinite().all().item<bool>());

        var evaluation = FlowObjective.Evaluate(still, [batch]); // disposes the batch
        Assert.Equal(zero, evaluation.Loss, 1e-6);
        Assert.Equal(zero, evaluation.Metrics["zero"], 1e-6);
    }

    [Fact]
    public void The_model_sees_the_patches_of_the_pipeline()
    {
        using var scope = NewDisposeScope();
        var picture = Smooth().Crop(3, 5, 96, 64);
        var expected = FlowPatches.Of(picture, picture.FlipHorizontal(), FlowTiles.Of(64, 96, 64, 96, 20));
        using var model = new Flow(zeros(1, 64, 96, 2));
        FlowObjective.Estimate(model, new FlowPairs(Planes(picture), Planes(picture.FlipHorizontal()), zeros(1, 64, 96, 2)));
        Assert.Equal(expected.shape, model.Seen!.shape);
        Assert.True(model.Seen.allclose(expected, rtol: 0, atol: 1e-6));
        model.Seen.Dispose();
    }

    [Fact]
    public void Nothing_but_the_batch_stays_alive()
    {
        var batches = new AffineFlowBatches([Smooth()], new AffineFlowOptions { BatchSize = 2 });
        using var flow = zeros(2, 64, 96, 2);
        using var model = new Flow(flow);
        var live = new LiveTensors();
        FlowObjective.Evaluate(model, [batches.Read(0, 0, 1)]);
        model.Seen!.Dispose();
        Assert.Equal(0, live.Created);
    }

    private static Tensor Planes(Picture picture) => picture.ToTensor().to(ScalarType.Float32).div(tensor(127.5f)).sub(tensor(1f)).unsqueeze(0);

    private static Picture Frame(Tensor planes) => Picture.FromTensor(planes.Plus(1).Times(127.5).round().to(ScalarType.Byte));

    private static FlowField Field(Tensor flow) => FlowField.Of(96, 64, (x, y) => (flow[y, x, 0].item<float>(), flow[y, x, 1].item<float>()));

    // Waves of different lengths, so that bilinear sampling is exact to a grey level or so.
    private static Picture Smooth()
    {
        var rgb = new byte[200 * 120 * 3];
        for (var i = 0; i < rgb.Length; i++)
        {
            var (x, y, c) = (i / 3 % 200, i / 600, i % 3);
            rgb[i] = (byte)(128 + (60 * Math.Sin((x / 7.0) + c)) + (60 * Math.Cos((y / 9.0) + (x / 31.0) - c)));
        }

        return new Picture(200, 120, rgb);
    }

    private sealed class Flow(Tensor flow) : Module<Tensor, Tensor>(nameof(Flow))
    {
        public Tensor? Seen { get; private set; }

        public override Tensor forward(Tensor input)
        {
            Seen = input.clone().DetachFromDisposeScope();
            return flow.alias();
        }
    }
}
