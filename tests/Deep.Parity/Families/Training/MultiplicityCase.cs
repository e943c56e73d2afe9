using System.Text.Json;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Parity.Families.Training;

/// <summary>Augmentation multiplicity: which picture stands where in a batch, and that the loss is the plain mean over it.</summary>
internal static class MultiplicityCase
{
    public static void Run(JsonElement root, CaseCheck check)
    {
        foreach (var plan in root.GetProperty("plans").EnumerateArray())
        {
            var multiplicity = AugmentationMultiplicity.FixedBatch(plan.GetProperty("B").GetInt32(), plan.GetProperty("K").GetInt32());
            int[] order = [.. plan.GetProperty("order").Numbers().Select(i => (int)i)];
            var steps = (int)multiplicity.StepsPerEpoch(order.Length);
            var batches = Enumerable.Range(0, steps).SelectMany(step => multiplicity.Batch(order, step));
            check.Agree("the batches", plan.GetProperty("batches").Numbers(), [.. batches.Select(i => (double)i)], 1e-12);
        }

        if (root.TryGetProperty("gradient", out var gradient))
        {
            Gradient(gradient, check);
        }
    }

    // A linear model on six examples with K copies each, moved by 0.3 * unit("input:aug{k}").
    private static void Gradient(JsonElement gradient, CaseCheck check)
    {
        const string known = "x_i + 0.3*unit('input:aug{k}')_i, K=";
        var augmentation = gradient.GetProperty("augmentation").GetString()!;
        if (!augmentation.StartsWith(known, StringComparison.Ordinal) || !int.TryParse(augmentation[known.Length..], out var copies))
        {
            throw new MalformedCaseException($"the augmentation is not known: {augmentation}");
        }

        long[] shape = [.. gradient.GetProperty("shape").Numbers().Select(s => (long)s)];
        var x = tensor(gradient.GetProperty("x").Numbers(), shape);
        var labels = tensor([.. gradient.GetProperty("y").Numbers().Select(y => (long)y)]);
        var given = tensor(gradient.GetProperty("w").Numbers()).reshape(-1, shape[1]);
        var weights = new TorchSharp.Modules.Parameter(given);
        var multiplicity = AugmentationMultiplicity.FixedUnique((int)shape[0], copies);
        var batch = multiplicity.Batch([.. Enumerable.Range(0, (int)shape[0])], 0);
        List<Tensor> views = [.. Enumerable.Range(0, copies).Select(k => x + (0.3 * tensor(FillRule.Unit($"input:aug{k}", (int)x.numel()), shape)))];
        var pictures = stack([.. batch.Select((example, place) => views[place % copies][example])]);
        var loss = Loss(pictures, tensor([.. batch.Select(example => labels[example].item<long>())]));
        loss.backward();
        Agree("loss_batch", CaseTensors.ToNumbers(loss));
        Agree("grad_batch", CaseTensors.ToNumbers(weights.grad!));
        Agree("losses_per_aug", [.. views.Select(view => Loss(view, labels).item<double>())]);

        weights.grad = null;
        stack([.. views.Select(view => Loss(view, labels))]).mean().backward();
        Agree("grad_mean_of_augs", CaseTensors.ToNumbers(weights.grad!));

        Tensor Loss(Tensor examples, Tensor classes) => new SoftTargetCrossEntropy().Loss(nn.functional.linear(examples, weights), classes);

        void Agree(string name, double[] actual)
        {
            var expected = gradient.GetProperty(name);
            check.Agree(name, expected.Numbers(), actual, Math.Max(expected.Tolerance(), 2e-9));
        }
    }
}
