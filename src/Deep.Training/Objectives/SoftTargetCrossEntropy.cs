using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Training;

// N batch, C classes

/// <summary>Cross entropy against soft targets: mixed labels and label smoothing, as in the NFNet recipe.</summary>
/// <remarks>
/// y = ratio · onehot(labels) + (1 − ratio) · onehot(mixLabels); y = (1 − s) · y + s / C; loss = mean over N of −Σ y ·
/// log softmax (deepmind-research, nfnets/experiment.py). Immutable, safe for many threads.
/// </remarks>
public sealed record SoftTargetCrossEntropy
{
    /// <summary>s, 0 to below 1; the paper uses 0.1. Default 0.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>The mean loss of a batch.</summary>
    /// <param name="logits">[N, C], any float dtype; computed in f32 or better.</param>
    /// <param name="labels">[N] of int64, 0 to C − 1.</param>
    /// <param name="mixLabels">[N] of int64, the labels of the partners; null where nothing was mixed.</param>
    /// <param name="ratio">[N] of float, the share of <paramref name="labels"/>; null where nothing was mixed.</param>
    /// <returns>A scalar with gradient; the caller disposes it.</returns>
    /// <exception cref="ShapeException">
    /// The shapes do not fit together, or only one of labels and ratio of the partners is given.
    /// </exception>
    /// <exception cref="ConfigurationException"><see cref="LabelSmoothing"/> is out of its range.</exception>
    public Tensor Loss(Tensor logits, Tensor labels, Tensor? mixLabels = null, Tensor? ratio = null)
    {
        using var scope = NewDisposeScope();
        var targets = Targets(logits, labels, mixLabels, ratio);
        var wide = logits.dtype == ScalarType.Float64 ? logits : logits.to(ScalarType.Float32);
        return nn.functional.log_softmax(wide, 1).mul(targets).sum(1).mean().neg().MoveToOuterDisposeScope();
    }

    private Tensor Targets(Tensor logits, Tensor labels, Tensor? mixLabels, Tensor? ratio)
    {
        if (LabelSmoothing is not (>= 0 and < 1))
        {
            throw new ConfigurationException(
                "SoftTargetCrossEntropy.LabelSmoothing", "a number from 0 to below 1", LabelSmoothing);
        }

        if (logits.dim() != 2 || !HasItems(labels, logits.shape[0])
            || (mixLabels is not null && !HasItems(mixLabels, logits.shape[0]))
            || (ratio is not null && !HasItems(ratio, logits.shape[0]))
            || (mixLabels is null != ratio is null))
        {
            throw new ShapeException(
                "Logits [N, C] go with labels [N] and, where mixed, partner labels [N] and a ratio [N]; found "
                + $"{Shape(logits)}, {Shape(labels)}, {Shape(mixLabels)}, {Shape(ratio)}.");
        }

        using var withoutGradient = no_grad();
        var classes = logits.shape[1];
        var type = logits.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var targets = zeros(logits.shape, type, logits.device);
        var share = ratio is null ? ones([logits.shape[0], 1], type, logits.device) : ratio.to(type).unsqueeze(1);
        targets.scatter_add_(1, labels.unsqueeze(1), share);
        if (mixLabels is not null)
        {
            targets.scatter_add_(1, mixLabels.unsqueeze(1), share.neg().PlusInPlace(1));
        }

        return LabelSmoothing == 0
            ? targets
            : targets.TimesInPlace(1 - LabelSmoothing).PlusInPlace(LabelSmoothing / classes);
    }

    private static bool HasItems(Tensor tensor, long items) => tensor.dim() == 1 && tensor.shape[0] == items;

    private static string Shape(Tensor? tensor) => tensor is null ? "none" : $"[{string.Join(", ", tensor.shape)}]";
}
