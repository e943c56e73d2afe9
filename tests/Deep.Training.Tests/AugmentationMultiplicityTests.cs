using Deep.Tests;
using static TorchSharp.torch;

namespace Deep.Training.Tests;

public class AugmentationMultiplicityTests
{
    [SharedFact]
    public void Batches_follow_the_reference_plan()
    {
        foreach (var plan in new ParityCase("training", "multiplicity").Root.GetProperty("plans").EnumerateArray())
        {
            var order = ParityCase.Longs(plan.GetProperty("order")).Select(i => (int)i).ToArray();
            var multiplicity = AugmentationMultiplicity.FixedBatch(plan.GetProperty("B").GetInt32(), plan.GetProperty("K").GetInt32());
            var expected = plan.GetProperty("batches").EnumerateArray().Select(ParityCase.Longs).ToArray();
            Assert.Equal(expected.Length, multiplicity.StepsPerEpoch(order.Length));
            for (var step = 0; step < expected.Length; step++)
            {
                Assert.Equal(expected[step], multiplicity.Batch(order, step).Select(i => (long)i));
            }
        }
    }

    [SharedFact]
    public void The_gradient_of_a_multiplied_batch_is_the_mean_over_its_copies()
    {
        using var scope = NewDisposeScope();
        var test = new ParityCase("training", "multiplicity").Root.GetProperty("gradient");
        var x = tensor(ParityCase.Doubles(test.GetProperty("x"))).reshape(6, 4);
        var y = tensor(ParityCase.Longs(test.GetProperty("y")));
        var values = ParityCase.Doubles(test.GetProperty("w"));
        var w = tensor(values).reshape(3, 4).requires_grad_();
        var copies = Enumerable.Range(0, 4).Select(k => x + (0.3 * ParityCase.Unit($"input:aug{k}", 24).reshape(6, 4))).ToArray();
        var loss = new SoftTargetCrossEntropy();
        var losses = copies.Select(copy => loss.Loss(copy.mm(w.t()), y).item<double>()).ToArray();
        var whole = loss.Loss(cat(copies).mm(w.t()), y.repeat(4));
        whole.backward();
        Assert.Equal(ParityCase.Doubles(test.GetProperty("losses_per_aug")), losses, (a, b) => Math.Abs(a - b) < 1e-8);
        Assert.Equal(test.GetProperty("loss_batch").GetDouble(), whole.item<double>(), 1e-8);
        var expected = tensor(ParityCase.Doubles(test.GetProperty("grad_batch"))).reshape(3, 4);
        Assert.True(w.grad!.allclose(expected, rtol: 1e-7, atol: 1e-9));
    }

    [Fact]
    public void Regimes_differ_in_what_grows_and_budgets_count_it()
    {
        var fixedBatch = AugmentationMultiplicity.FixedBatch(128, 4);
        var fixedUnique = AugmentationMultiplicity.FixedUnique(128, 4);
        Assert.Equal((32, 128), (fixedBatch.UniquePictures, fixedBatch.BatchSize));
        Assert.Equal((128, 512), (fixedUnique.UniquePictures, fixedUnique.BatchSize));
        Assert.Equal(new TrainingBudget(1000, 128_000, 32), fixedBatch.Budget(1000, 1000));
        Assert.Equal(new TrainingBudget(1000, 512_000, 128), fixedUnique.Budget(1000, 1000));
    }

    [Fact]
    public void Impossible_batches_are_refused()
    {
        Assert.Throws<ConfigurationException>(() => AugmentationMultiplicity.FixedBatch(10, 4));
        Assert.Throws<ConfigurationException>(() => AugmentationMultiplicity.FixedBatch(0, 1));
        Assert.Throws<ConfigurationException>(() => AugmentationMultiplicity.FixedUnique(4, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => AugmentationMultiplicity.FixedBatch(4, 2).Batch([0, 1, 2], 1));
    }
}
