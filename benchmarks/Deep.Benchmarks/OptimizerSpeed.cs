using Deep.Tensors;
using Deep.Training;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Deep.Benchmarks;

/// <summary>Steps of our optimisers beside TorchSharp's, all in one process, by turns.</summary>
internal static class OptimizerSpeed
{
    private const double Rate = 1e-4;

    public static void Run(BenchmarkOptions options)
    {
        ComputeThreads.Use(options.Threads);
        using var scope = NewDisposeScope();
        manual_seed(1).Dispose();
        Parameter[] sgdWeights = Weights(options), adamWeights = Weights(options);
        using var stockSgd = optim.SGD(sgdWeights, Rate, momentum: 0.9, weight_decay: 1e-4, nesterov: true);
        using var stockAdam = optim.AdamW(adamWeights, Rate, weight_decay: 1e-2);
        using var sgd = new NesterovSgd([Group(options) with { WeightDecay = 1e-4 }]);
        using var clipped = new NesterovSgd([Group(options) with { WeightDecay = 1e-4, Clipping = new() }]);
        using var adam = new AdamW([Group(options) with { WeightDecay = 1e-2 }]);
        using var lamb = new Lamb([Group(options) with { WeightDecay = 1e-2 }]);
        (string Name, Action Step, int Stock, Timing Timing)[] subjects =
        [
            ("TorchSharp SGD, Nesterov, decay", () => stockSgd.step(), 0, new()),
            ("Deep NesterovSgd, decay", () => sgd.Step(Rate), 0, new()),
            ("Deep NesterovSgd, decay, adaptive clipping", () => clipped.Step(Rate), 0, new()),
            ("TorchSharp AdamW", () => stockAdam.step(), 3, new()),
            ("Deep AdamW", () => adam.Step(Rate), 3, new()),
            ("Deep Lamb", () => lamb.Step(Rate), 3, new()),
        ];
        for (var turn = 0; turn < options.Turns; turn++)
        {
            foreach (var subject in subjects)
            {
                subject.Timing.Turn(subject.Step, options.Runs);
            }
        }

        Console.WriteLine(
            $"{options.Tensors} tensors of {options.Size} x {options.Size}, f32, {options.Threads} threads, "
            + $"{options.Turns} turns of {options.Runs} steps");
        Console.WriteLine($"{"",-44} {"median ms",10} {"best ms",9} {"x stock (median)",17} {"(best)",7}");
        foreach (var (name, _, stock, timing) in subjects)
        {
            var theirs = subjects[stock].Timing;
            Console.WriteLine(
                $"{name,-44} {timing.Median,10:F2} {timing.Best,9:F2} {theirs.Median / timing.Median,17:F2} {theirs.Best / timing.Best,7:F2}");
        }
    }

    private static ParameterGroup Group(BenchmarkOptions options) => new()
    {
        Parameters = [.. Weights(options).Select((w, i) => new TrainableParameter($"w{i}", w, ParameterRole.Weight))],
    };

    private static Parameter[] Weights(BenchmarkOptions options)
    {
        var weights = new Parameter[options.Tensors];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = new Parameter(randn(options.Size, options.Size));
            weights[i].grad = randn(options.Size, options.Size);
        }

        return weights;
    }
}
