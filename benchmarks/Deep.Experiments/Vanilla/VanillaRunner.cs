using System.Diagnostics;
using System.Globalization;
using Deep.Training;
using Deep.Training.SignalPropagation;

namespace Deep.Experiments.Vanilla;

/// <summary>Trains a character model as a plan says: AdamW without decay, warm-up and cosine to a tenth.</summary>
/// <remarks>The last tenth of the text is held out: its first half to tune by, its second half to test on.</remarks>
internal sealed class VanillaRunner
{
    private const int Reports = 20;
    private const int EvaluatedWindows = 256;
    private readonly TokenSequence _train;
    private readonly TokenSequence _validation;
    private readonly TokenSequence _test;

    /// <summary>Reads the text.</summary>
    public VanillaRunner(string path)
    {
        var text = TextFiles.Read(path);
        var tokens = TokenSequence.Of(path, text, TextVocabulary.Characters(text));
        (_train, var heldOut) = tokens.Split(0.1);
        (_validation, _test) = heldOut.Split(0.5);
    }

    /// <summary>Entropy of a character by its frequency in the text that is tested on, in nats: what a model that knows frequencies alone comes to.</summary>
    public double UnigramEntropy => _test.UnigramEntropy();

    /// <summary>Runs a plan and prints a line about it.</summary>
    public VanillaOutcome Run(VanillaPlan plan)
    {
        var outcome = Train(plan);
        Console.WriteLine(Describe(outcome));
        return outcome;
    }

    private VanillaOutcome Train(VanillaPlan plan)
    {
        using var model = VanillaTransformer.Create(plan.Model(_train.VocabularySize), (ulong)plan.Seed);
        using var optimizer = new AdamW(ParameterGroup.ByRole(model, weightDecay: 0), beta2: plan.Beta2);
        var batches = new TextBatches(_train, new TextBatchOptions
        {
            Context = VanillaPlan.Context,
            BatchSize = VanillaPlan.Batch,
            Seed = (ulong)plan.Seed,
        });
        var reports = new List<TrainingProgress>();
        var trainer = new Trainer(model, optimizer, new TrainerOptions
        {
            Steps = plan.Steps,
            Schedule = Schedules.WarmupCosine(plan.LearningRate, plan.Warmup, plan.Steps, minimum: 0.1 * plan.LearningRate),
            Seed = (ulong)plan.Seed,
            Limit = plan.Clip > 0 ? GradientLimit.GlobalNorm(plan.Clip) : null,
            ReportEvery = Math.Max(1, plan.Steps / Reports),
            EvaluateEvery = plan.Steps,
            Logs = [new Collected(reports)],
        });
        var clock = Stopwatch.StartNew();
        try
        {
            trainer.Fit(batches, NextTokenObjective.Of(model), token => Loss(model, _validation, token));
            return Outcome(reports[^1].Evaluation!.Loss, Loss(model, _test, CancellationToken.None).Loss, null);
        }
        catch (TrainingException)
        {
            return Outcome(null, null, optimizer.Steps);
        }

        VanillaOutcome Outcome(double? validation, double? test, long? brokeDownAt) => new(
            plan, [.. reports.DistinctBy(report => report.Step).Select(report => report.Loss)], validation, test,
            reports.Count == 0 ? 0 : reports.Max(report => double.IsFinite(report.GradientNorm) ? report.GradientNorm : 0), brokeDownAt,
            clock.Elapsed.TotalSeconds);
    }

    private static Evaluation Loss(VanillaTransformer model, TokenSequence text, CancellationToken cancellationToken) =>
        NextTokenObjective.Evaluate(model, text, VanillaPlan.Context, windows: EvaluatedWindows, cancellationToken: cancellationToken);

    private static string Describe(VanillaOutcome outcome)
    {
        var plan = outcome.Plan;
        var end = outcome.BrokeDownAt is { } step
            ? $"broke down at step {step}"
            : string.Create(CultureInfo.InvariantCulture, $"loss {outcome.Curve[^1]:F3}  validation {outcome.ValidationLoss:F3}  test {outcome.TestLoss:F3}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{plan.Block} x {plan.Layers}  steps {plan.Steps}  rate {plan.LearningRate}  target {plan.Target}  eta {plan.Eta}  {plan.Rescale}  warm-up {plan.Warmup}  clip {plan.Clip}  beta2 {plan.Beta2}  seed {plan.Seed}  {end}  {outcome.Seconds:F0} s");
    }

    private sealed class Collected(List<TrainingProgress> reports) : IRunLog
    {
        public void Report(TrainingProgress progress) => reports.Add(progress);

        public void Report(TrainingEvent happened)
        {
        }
    }
}
