using Deep.Tensors;
using Deep.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers.Recipes;

// N pairs, H x W pixels

/// <summary>Optical flow (Perceiver IO, section 4.2): the mean end-point error in pixels.</summary>
public static class FlowObjective
{
    /// <summary>Pixels in one unit of the model's output: 20, as in the released model.</summary>
    public const double PixelsPerUnit = 20;

    // Keeps the gradient of a length finite where the flow is right.
    private const double Margin = 1e-6;

    /// <summary>The objective for a <see cref="Trainer"/>; the items that it counts are pixels, right ones are less than one pixel off.</summary>
    /// <param name="model">Patches of both frames [N, 2, 27, H, W] → flow [N, H, W, 2] in units of 20 pixels.</param>
    /// <remarks>The loss throws <see cref="ShapeException"/> where the model's flow has another shape.</remarks>
    public static Func<FlowPairs, StepLoss> Of(Module<Tensor, Tensor> model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return batch =>
        {
            var flow = Estimate(model, batch);
            return new StepLoss(EndPointError(flow, batch.Flow), flow.numel() / 2, Right(flow.detach(), batch.Flow));
        };
    }

    /// <summary>The model's flow of some pairs, in pixels.</summary>
    /// <param name="model">As for <see cref="Of"/>.</param>
    /// <param name="pairs">The pairs.</param>
    /// <returns>[N, H, W, 2]; the caller disposes it.</returns>
    /// <exception cref="ShapeException">The model's flow has another shape.</exception>
    public static Tensor Estimate(Module<Tensor, Tensor> model, FlowPairs pairs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(pairs);
        using var scope = NewDisposeScope();
        var flow = model.call(Patches(pairs));
        Shapes.Require(flow, pairs.Flow.shape, "[N, H, W, 2]", "the model's flow");
        return flow.to(ScalarType.Float32).Times(PixelsPerUnit).MoveToOuterDisposeScope();
    }

    /// <summary>The mean error over pairs that the model was not trained on, beside that of no motion at all.</summary>
    /// <param name="model">As for <see cref="Of"/>; its mode is left as it is found.</param>
    /// <param name="pairs">The pairs, batch by batch; each is disposed.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <returns>
    /// The end-point error as loss, the share of pixels less than one pixel off as accuracy, and as metrics <c>zero</c>, the
    /// error of a flow of zero, and <c>outliers</c>, the share of pixels off by more than 3 pixels and 5 %.
    /// </returns>
    /// <exception cref="ShapeException">The model's flow has another shape.</exception>
    /// <exception cref="ConfigurationException">There is no pair.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Evaluation Evaluate(
        Module<Tensor, Tensor> model, IEnumerable<FlowPairs> pairs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(pairs);
        var (error, zero, outliers, right, pixels) = (0.0, 0.0, 0.0, 0L, 0L);
        using var mode = new EvaluationMode(model);
        foreach (var batch in pairs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var read = batch;
            var flow = Estimate(model, batch);
            var ours = FlowError.Of(flow, batch.Flow);
            error += ours.EndPointError * ours.Pixels;
            outliers += ours.OutlierShare * ours.Pixels;
            zero += FlowError.Of(zeros_like(batch.Flow), batch.Flow).EndPointError * ours.Pixels;
            right += Right(flow, batch.Flow).item<long>();
            pixels += ours.Pixels;
        }

        return pixels > 0
            ? new Evaluation(error / pixels, (double)right / pixels, pixels)
            {
                Metrics = new Dictionary<string, double> { ["zero"] = zero / pixels, ["outliers"] = outliers / pixels },
            }
            : throw new ConfigurationException("pairs", "one or more", "none");
    }

    /// <summary>The mean length of the difference of two flows, with a gradient that is finite everywhere.</summary>
    /// <param name="flow">[N, H, W, 2].</param>
    /// <param name="truth">[N, H, W, 2].</param>
    internal static Tensor EndPointError(Tensor flow, Tensor truth)
    {
        var difference = flow.sub(truth);
        return difference.mul(difference).sum(-1).Plus(Margin).sqrt().mean();
    }

    // How many pixels are less than one pixel off.
    private static Tensor Right(Tensor flow, Tensor truth)
    {
        var difference = flow.sub(truth);
        return difference.mul(difference).sum(-1).lt(GuardedArithmetic.One).sum();
    }

    // [N, 2, 27, H, W]: rows, columns and colours of each pixel's neighbourhood, as FlowPatches has them.
    private static Tensor Patches(FlowPairs pairs)
    {
        using var scope = NewDisposeScope();
        return stack([Patches(pairs.First), Patches(pairs.Second)], 1).MoveToOuterDisposeScope();
    }

    private static Tensor Patches(Tensor frames)
    {
        var (n, h, w) = (frames.shape[0], frames.shape[2], frames.shape[3]);
        return functional.unfold(frames, 3, padding: 1).view(n, 3, 9, h, w).transpose(1, 2).reshape(n, FlowPatches.Channels, h, w);
    }
}
