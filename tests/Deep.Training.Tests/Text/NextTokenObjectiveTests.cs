using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.Tests.Text;

public class NextTokenObjectiveTests
{
    private const int Vocabulary = 5;

    // 0, 1, …, 4, 0, 1, …: what comes next is certain.
    private static readonly TokenSequence Cycle = new("cycle", Enumerable.Range(0, 203).Select(i => i % Vocabulary).ToArray(), Vocabulary);

    [Fact]
    public void Logits_of_zero_cost_the_logarithm_of_the_vocabulary()
    {
        using var model = new Bigram();
        using (no_grad())
        {
            model.parameters().First().zero_().Dispose();
        }

        var evaluation = NextTokenObjective.Evaluate(model, Cycle, context: 10);
        Assert.Equal(Math.Log(Vocabulary), evaluation.Loss, 1e-6);
        Assert.Equal(0.2, evaluation.Accuracy, 1e-9);
        Assert.Equal(200, evaluation.Items);

        using var scope = NewDisposeScope();
        using var batch = new TextBatches(Cycle, new TextBatchOptions { Context = 10, BatchSize = 3 }).Read(0, 0, 1);
        var outcome = NextTokenObjective.Of(model)(batch);
        Assert.Equal(Math.Log(Vocabulary), outcome.Loss.item<float>(), 1e-6);
        Assert.Equal(30, outcome.Items);
        Assert.Equal(6, outcome.Correct!.item<long>());
    }

    [Fact]
    public void A_model_of_pairs_learns_what_comes_next_and_a_resumed_run_learns_the_same_bits()
    {
        using var whole = new TemporaryFolder();
        using var resumed = new TemporaryFolder();
        using var first = new Bigram();
        using var second = new Bigram();
        Fit(first, whole, 20);
        using (var stopped = new Bigram())
        {
            Fit(stopped, resumed, 20, stopAfter: 7);
        }

        var evaluation = Fit(second, resumed, 20);
        Assert.InRange(evaluation!.Loss, 0, 0.1);
        Assert.Equal(1, evaluation.Accuracy);
        Assert.True(Bits.Same(first.parameters().First(), second.parameters().First()));
    }

    [Fact]
    public void Evaluation_is_the_mean_over_the_same_windows_whatever_the_batch()
    {
        using var model = new Bigram();
        model.train();
        var evaluations = new[] { 1, 3, 64 }.Select(batch => NextTokenObjective.Evaluate(model, Cycle, 10, batch)).ToArray();
        Assert.All(evaluations, e => Assert.Equal(evaluations[0].Loss, e.Loss, 1e-6));
        Assert.True(model.training);
        Assert.Equal(50, NextTokenObjective.Evaluate(model, Cycle, 10, windows: 5).Items);
        Assert.Equal(200, NextTokenObjective.Evaluate(model, Cycle, 10, windows: 500).Items);
    }

    [Fact]
    public void Evaluation_leaves_no_tensor_behind_and_can_be_cancelled()
    {
        using var model = new Bigram();
        var live = new LiveTensors();
        NextTokenObjective.Evaluate(model, Cycle, 10);
        Assert.Equal(0, live.Created);
        Assert.Throws<OperationCanceledException>(() => NextTokenObjective.Evaluate(model, Cycle, 10, cancellationToken: new CancellationToken(true)));
    }

    [Fact]
    public void What_cannot_be_evaluated_is_named()
    {
        using var model = new Bigram();
        Assert.Contains("found 203", Assert.Throws<TextException>(() => NextTokenObjective.Evaluate(model, Cycle, 203)).Message, StringComparison.Ordinal);
        using var wrong = Sequential(("embedding", Embedding(Vocabulary, 4)), ("flat", Flatten()));
        Assert.Contains("[N, T, V]", Assert.Throws<ShapeException>(() => NextTokenObjective.Evaluate(wrong, Cycle, 10)).Message, StringComparison.Ordinal);
    }

    private static Evaluation? Fit(Bigram model, TemporaryFolder folder, long steps, long stopAfter = long.MaxValue)
    {
        using var stop = new CancellationTokenSource();
        using var optimizer = new AdamW(ParameterGroup.ByRole(model, 0));
        var trainer = new Trainer(model, optimizer, new TrainerOptions
        {
            Steps = steps,
            Schedule = Schedules.Constant(0.5),
            ReportEvery = 1,
            EvaluateEvery = steps,
            Checkpoints = new RunCheckpoints { Folder = folder.In("run") },
        });
        var batches = new TextBatches(Cycle, new TextBatchOptions { Context = 10, BatchSize = 4 });
        try
        {
            return trainer.Fit(
                batches, NextTokenObjective.Of(model), token => NextTokenObjective.Evaluate(model, Cycle, 10, cancellationToken: token),
                new Stop(stop, stopAfter), stop.Token).FinalEvaluation;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Logits that depend on the token alone.</summary>
    private sealed class Bigram : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Embedding _logits;

        public Bigram()
            : base(nameof(Bigram))
        {
            manual_seed(3).Dispose();
            _logits = Embedding(Vocabulary, Vocabulary);
            register_module("logits", _logits);
        }

        public override Tensor forward(Tensor tokens) => _logits.call(tokens);
    }

    private sealed class Stop(CancellationTokenSource source, long after) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == after)
            {
                source.Cancel();
            }
        }
    }
}
