using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Perceivers.Tests.Evaluation;

public sealed class ReconstructionScoreTests
{
    [Fact]
    public void End_point_error_is_the_mean_length_of_the_difference()
    {
        using var scope = NewDisposeScope();
        var truth = tensor(new float[] { 0, 0, 100, 0, 1, 1, 10, 0 }).view(1, 2, 2, 2);
        var flow = tensor(new float[] { 3, 4, 104, 0, 1, 1, 14, 0 }).view(1, 2, 2, 2);

        // Errors 5, 4, 0, 4: the second is more than 3 pixels, but less than 5 % of 100.
        var error = FlowError.Of(flow, truth);
        Assert.Equal(13.0 / 4, error.EndPointError, 6);
        Assert.Equal(0.5, error.OutlierShare, 6);
        var valid = tensor(new[] { true, false, true, false }).view(1, 2, 2);
        Assert.Equal(new FlowError(2.5, 0.5, 2), FlowError.Of(flow, truth, valid));
    }

    [Fact]
    public void Flows_that_do_not_fit_together_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ShapeException>(() => FlowError.Of(zeros(1, 2, 4, 4), zeros(1, 2, 4, 4)));
        Assert.Throws<ShapeException>(() => FlowError.Of(zeros(1, 4, 4, 2), zeros(1, 4, 5, 2)));
        Assert.Throws<ShapeException>(() => FlowError.Of(zeros(1, 4, 4, 2), zeros(1, 4, 4, 2), zeros(1, 4, 4, ScalarType.Bool)));
    }

    [Fact]
    public void Signal_to_noise_is_in_decibels()
    {
        using var scope = NewDisposeScope();
        var original = rand(3, 4);
        var off = original.Plus(0.1);
        Assert.Equal(20, PeakSignalToNoise.Of(off, original), 4);
        Assert.Equal(20 + (20 * Math.Log10(2)), PeakSignalToNoise.Of(off, original, peak: 2), 4);
        Assert.Equal(double.PositiveInfinity, PeakSignalToNoise.Of(original, original));
        Assert.Throws<ShapeException>(() => PeakSignalToNoise.Of(off, original.flatten()));
        Assert.Throws<ConfigurationException>(() => PeakSignalToNoise.Of(off, original, peak: 0));
    }

    [Fact]
    public void Nothing_stays_alive()
    {
        using var flow = rand(1, 4, 4, 2);
        using var valid = ones(1, 4, 4, ScalarType.Bool);
        var live = new LiveTensors();
        FlowError.Of(flow, flow, valid);
        PeakSignalToNoise.Of(flow, flow);
        Assert.Equal(0, live.Created);
    }
}
