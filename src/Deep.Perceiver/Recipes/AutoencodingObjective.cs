using Deep.Tensors;
using Deep.Training;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers.Recipes;

// N items; of a modality O queries, K channels

/// <summary>Autoencoding of several modalities through one latent array (Perceiver IO, section 4.3): a weighted sum of L1 and cross entropy.</summary>
public static class AutoencodingObjective
{
    /// <summary>The objective for a <see cref="Trainer"/>; right answers are labels.</summary>
    /// <param name="model">A model with a multimodal decoder.</param>
    /// <param name="losses">What each output weighs, such as <see cref="ModalityLoss.Kinetics"/>; others are not asked for.</param>
    /// <remarks>Queries are chosen by torch's own generator, which a trainer seeds for every step.</remarks>
    /// <exception cref="ConfigurationException">There is no output, or a weight is out of its range.</exception>
    public static Func<AutoencodingBatch, StepLoss> Of(Perceiver model, IReadOnlyDictionary<string, ModalityLoss> losses)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(losses);
        if (losses.Count == 0)
        {
            throw new ConfigurationException("losses", "one output or more", "none");
        }

        foreach (var (modality, loss) in losses)
        {
            loss.Validate(modality);
        }

        return batch =>
        {
            var chosen = losses.Keys.Select(name => (name, Chosen: Choose(Target(batch, name), losses[name].Queries)))
                .Where(one => one.Chosen is not null).ToDictionary(one => one.name, one => one.Chosen!);
            var outputs = model.Run(batch.Input, chosen.Count == 0 ? null : QuerySelection.Of(chosen));
            var metrics = new Dictionary<string, Tensor>();
            Tensor? sum = null, correct = null;
            foreach (var (name, loss) in losses)
            {
                var target = Target(batch, name);
                target = chosen.TryGetValue(name, out var indices) ? target.index_select(1, indices) : target;
                var one = Loss(name, Output(outputs, name), target);
                metrics[name] = one.detach();
                sum = sum is null ? one.Times(loss.Weight) : sum.Plus(one, loss.Weight);
                correct ??= IsLabel(target) ? Output(outputs, name).detach().argmax(1).eq(target).sum() : null;
            }

            return new StepLoss(sum!, batch.Count, correct, metrics);
        };
    }

    /// <summary>How well items that the model was not trained on come back, with all queries.</summary>
    /// <param name="model">The model; its mode is left as it is found.</param>
    /// <param name="batches">The items, batch by batch; each is disposed.</param>
    /// <param name="losses">What each output weighs.</param>
    /// <param name="peak">The largest distance of two values of the targets of float: 2 for [−1, 1].</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <returns>
    /// The weighted loss, the share of right labels (NaN without labels), and for each modality of float the metric
    /// <c>psnr.NAME</c> in decibels, over all items together.
    /// </returns>
    /// <exception cref="ConfigurationException">There is no item.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Evaluation Evaluate(
        Perceiver model, IEnumerable<AutoencodingBatch> batches, IReadOnlyDictionary<string, ModalityLoss> losses,
        double peak = 2, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(losses);
        var (sum, correct, labels, items) = (0.0, 0L, 0L, 0L);
        var squares = new SortedDictionary<string, (double Sum, long Count)>(StringComparer.Ordinal);
        using var mode = new EvaluationMode(model);
        foreach (var batch in batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var read = batch;
            var outputs = model.Run(batch.Input);
            foreach (var (name, loss) in losses)
            {
                var (output, target) = (Output(outputs, name), Target(batch, name));
                sum += loss.Weight * batch.Count * Loss(name, output, target).item<float>();
                if (IsLabel(target))
                {
                    correct += output.argmax(1).eq(target).sum().item<long>();
                    labels += batch.Count;
                    continue;
                }

                var difference = output.reshape(target.shape).sub(target).to(ScalarType.Float64);
                var so = squares.GetValueOrDefault(name);
                squares[name] = (so.Sum + difference.mul(difference).sum().item<double>(), so.Count + target.numel());
            }

            items += batch.Count;
        }

        return items == 0
            ? throw new ConfigurationException("batches", "one item or more", "none")
            : new Evaluation(sum / items, labels == 0 ? double.NaN : (double)correct / labels, items)
            {
                Metrics = squares.ToDictionary(one => $"psnr.{one.Key}", one => 10 * Math.Log10(peak * peak * one.Value.Count / one.Value.Sum)),
            };
    }

    private static Tensor? Choose(Tensor target, int? queries) => queries is { } count && !IsLabel(target) && count < target.shape[1]
        ? randperm(target.shape[1], device: target.device).narrow(0, 0, count)
        : null;

    private static bool IsLabel(Tensor target) => target.dtype == ScalarType.Int64;

    private static Tensor Loss(string name, Tensor output, Tensor target)
    {
        if (IsLabel(target))
        {
            return functional.cross_entropy(output.to(ScalarType.Float32), target);
        }

        return output.numel() == target.numel() && output.shape[0] == target.shape[0]
            ? output.reshape(target.shape).sub(target).abs().mean()
            : throw new ShapeException($"The output {name} must have the {Shapes.Format(target.shape)} numbers of its target, but is {Shapes.Format(output.shape)}.");
    }

    private static Tensor Target(AutoencodingBatch batch, string name) => batch.Targets.TryGetValue(name, out var target)
        ? target
        : throw new ConfigurationException("losses", $"of the targets {string.Join(", ", batch.Targets.Keys)}", name);

    private static Tensor Output(IReadOnlyDictionary<string, Tensor> outputs, string name) => outputs.TryGetValue(name, out var output)
        ? output
        : throw new ConfigurationException("losses", $"of the outputs {string.Join(", ", outputs.Keys)}", name);
}
