using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// B pictures, H x W pixels

/// <summary>How far an optical flow is from the true one: end-point error and outliers.</summary>
/// <param name="EndPointError">The mean length of the difference of the two vectors, in pixels.</param>
/// <param name="OutlierShare">The share of pixels that are more than 3 pixels and more than 5 % of the true length off (KITTI's Fl), 0 to 1.</param>
/// <param name="Pixels">The number of pixels that count.</param>
public sealed record FlowError(double EndPointError, double OutlierShare, long Pixels)
{
    private const double OutlierPixels = 3;
    private const double OutlierRatio = 0.05;

    /// <summary>The error of a flow.</summary>
    /// <param name="flow">[..., H, W, 2] in pixels, any float dtype: x then y.</param>
    /// <param name="truth">The same shape.</param>
    /// <param name="valid">[..., H, W] of bool: which pixels count; null for all.</param>
    /// <exception cref="ShapeException">The shapes differ, the last axis is not 2, or no pixel counts.</exception>
    public static FlowError Of(Tensor flow, Tensor truth, Tensor? valid = null)
    {
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        var errors = Errors(flow, truth);
        using TorchSharp.Scalar outlier = OutlierPixels;
        var length = truth.to(ScalarType.Float64).norm(-1, keepdim: false, 2);
        var isOutlier = errors.gt(outlier).logical_and(errors.gt(length.Times(OutlierRatio)));
        if (valid is not null)
        {
            Shapes.Require(valid, errors.shape, "[..., H, W]");
            errors = errors.masked_select(valid);
            isOutlier = isOutlier.masked_select(valid);
        }

        return errors.numel() > 0
            ? new FlowError(errors.mean().item<double>(), isOutlier.to(ScalarType.Float64).mean().item<double>(), errors.numel())
            : throw new ShapeException("A flow must have one pixel or more that counts, but has none.");
    }

    // [..., H, W] of f64.
    private static Tensor Errors(Tensor flow, Tensor truth)
    {
        Shapes.RequireFloat(flow);
        Shapes.RequireFloat(truth);
        Shapes.Require(truth, flow.shape, "the shape of the flow");
        return flow.dim() >= 1 && flow.shape[^1] == 2
            ? flow.to(ScalarType.Float64).sub(truth.to(ScalarType.Float64)).norm(-1, keepdim: false, 2)
            : throw new ShapeException($"A flow must be [..., H, W, 2], but is {Shapes.Format(flow.shape)}.");
    }
}
