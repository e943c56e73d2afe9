using Deep.Nowcast.Recipes;
using Deep.Tensors;
using Deep.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nowcast.Tests.Recipes;

public sealed class DgmrTrainingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dgmr-training-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Members_part_by_part_have_the_gradient_of_all_in_one_graph(int perPass)
    {
        var (generator, discriminator) = SmallDgmr.Networks();
        using var owned = generator;
        using var judges = discriminator;
        generator.IteratesWhenTraining = false;
        var recipe = SmallDgmr.Recipe with { Members = 6, MembersPerPass = perPass };
        using var batch = SmallDgmr.Batches().Read(0, 0, 1);
        using var scope = NewDisposeScope();
        var crops = new MaskedCrops(batch, CPU);
        discriminator.eval();
        using var optimizer = recipe.GeneratorOptimizer(generator);
        var update = new GeneratorUpdate(generator, discriminator, recipe, optimizer);
        using var buffers = new KeptBuffers(generator);
        var lean = update.AccumulateGradient(crops, new DgmrRandom(1, 2, 3), new DgmrStepSums());
        var gradients = generator.parameters().Select(parameter => parameter.grad?.clone()).ToArray();
        optimizer.ZeroGradients();
        buffers.Return();
        var whole = InOneGraph(generator, discriminator, recipe, crops);
        Assert.Equal(whole, lean, 1e-3 * Math.Abs(whole));
        foreach (var (parameter, gradient) in generator.parameters().Zip(gradients).Where(pair => pair.First.grad is not null))
        {
            var error = parameter.grad!.sub(gradient!).abs().max().item<float>();
            Assert.True(error <= 1e-4 * (1 + parameter.grad!.abs().max().item<float>()), $"a gradient differs by {error}");
        }
    }

    [Fact]
    public void A_run_that_stops_and_goes_on_ends_with_the_same_bits()
    {
        var whole = Run("whole", stopAt: null);
        Assert.Throws<OperationCanceledException>(() => Run("parts", stopAt: 3));
        var rest = Run("parts", stopAt: null);
        Assert.Equal(whole.Reports.Select(report => report.Loss), rest.Reports.Select(report => report.Loss));
        foreach (var file in new[] { "generator", "discriminator", "generator-optimizer", "discriminator-optimizer", "average" })
        {
            var name = Path.Combine("step-00000006", file + ".safetensors");
            Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "whole", name)), File.ReadAllBytes(Path.Combine(_folder, "parts", name)));
        }
    }

    [Fact]
    public void A_step_moves_both_networks_and_tells_the_hinge_value_of_each_discriminator()
    {
        var result = Run("told", stopAt: null);
        var first = result.Reports[0].Metrics;
        Assert.All(["hinge.spatial", "hinge.temporal", "real.spatial", "generated.temporal", "regularizer", "adversarial"], name => Assert.True(first.ContainsKey(name), name));
        Assert.NotEqual(first["real.temporal"], result.Reports[^1].Metrics["real.temporal"]);
        Assert.NotEqual(first["regularizer"], result.Reports[^1].Metrics["regularizer"]);
    }

    [Fact]
    public void A_step_that_is_not_finite_is_left_out_and_changes_nothing()
    {
        var (generator, discriminator) = SmallDgmr.Networks();
        using var owned = generator;
        using var judges = discriminator;
        using var training = new DgmrTraining(generator, discriminator, SmallDgmr.Recipe);
        var before = Copies(generator, discriminator);
        var step = new DgmrStep(training, new Poisoned(SmallDgmr.Batches()), SmallDgmr.Recipe.Options() with { SkippableSteps = 1 });
        step.Begin(0, 1);
        var outcome = step.Take(0, 1e-3);
        Assert.NotNull(outcome.Skipped);
        Assert.Equal(before, Copies(generator, discriminator));
    }

    [Fact]
    public void Steps_gain_no_tensor()
    {
        var (generator, discriminator) = SmallDgmr.Networks();
        using var owned = generator;
        using var judges = discriminator;
        using var training = new DgmrTraining(generator, discriminator, SmallDgmr.Recipe with { MembersPerPass = 1 });
        var step = new DgmrStep(training, SmallDgmr.Batches(), SmallDgmr.Recipe.Options());
        step.Begin(0, 3);
        step.Take(0, 1e-3);
        var live = new LiveTensors();
        step.Take(1, 1e-3);
        step.Take(2, 1e-3);
        Assert.Equal(0, live.Created);
    }

    [Fact]
    public void Options_that_mean_nothing_here_are_refused()
    {
        var (generator, discriminator) = SmallDgmr.Networks();
        using var owned = generator;
        using var judges = discriminator;
        using var training = new DgmrTraining(generator, discriminator, SmallDgmr.Recipe);
        var error = Assert.Throws<ConfigurationException>(
            () => training.Fit(SmallDgmr.Batches(), SmallDgmr.Recipe.Options() with { MicroBatches = 2 }));
        Assert.Equal("TrainerOptions.MicroBatches", error.Setting);
    }

    private static double InOneGraph(Dgmr generator, DgmrDiscriminator discriminator, DgmrRecipe recipe, MaskedCrops crops)
    {
        var random = new DgmrRandom(1, 2, 3);
        using var ofNoise = random.ForNoise();
        var parts = recipe.Members / recipe.MembersPerPass;
        var members = Enumerable.Range(0, parts)
            .Select(_ => generator.forward(crops.Context, generator.Noise(crops.Count * recipe.MembersPerPass, SmallDgmr.Side, SmallDgmr.Side, ofNoise)))
            .ToArray();
        var mean = stack(members.Select(part => part.unflatten(0, [crops.Count, -1]).mean([1])).ToArray()).mean([0]);
        var loss = recipe.Regularizer.Of(mean, crops.Observed).Times(recipe.RegularizerWeight);
        for (var part = 0; part < parts; part++)
        {
            using var seen = random.ForView(part);
            var sequences = crops.SequenceOf(members[part]);
            var view = DiscriminatorView.Draw(discriminator.Config, sequences.shape[0], 6, SmallDgmr.Side, SmallDgmr.Side, seen);
            loss = loss.Plus(HingeLoss.OfGenerator(discriminator.forward(sequences, view)).Times(1.0 / parts));
        }

        loss.backward();
        return loss.item<float>();
    }

    private static float[][] Copies(params nn.Module[] networks) =>
        [.. networks.SelectMany(network => network.state_dict().Values).Where(t => t.is_floating_point() && t.numel() > 0).Select(t => t.detach().data<float>().ToArray())];

    private TrainingResult Run(string name, int? stopAt)
    {
        var (generator, discriminator) = SmallDgmr.Networks();
        using var owned = generator;
        using var judges = discriminator;
        using var training = new DgmrTraining(generator, discriminator, SmallDgmr.Recipe);
        using var stop = new CancellationTokenSource();
        var options = SmallDgmr.Recipe.Options() with
        {
            Seed = 5,
            ReportEvery = 1,
            Checkpoints = new RunCheckpoints { Folder = Path.Combine(_folder, name) },
            Logs = [new StopAt(stop, stopAt)],
        };
        return training.Fit(SmallDgmr.Batches(), options, _ => new Evaluation(0, 0, 1), cancellationToken: stop.Token);
    }

    private sealed class StopAt(CancellationTokenSource stop, int? step) : IRunLog
    {
        public void Report(TrainingProgress progress)
        {
            if (progress.Step == step)
            {
                stop.Cancel();
            }
        }

        public void Report(TrainingEvent happened)
        {
        }
    }

    private sealed class Poisoned(IBatchSource<RadarCrops> source) : IBatchSource<RadarCrops>
    {
        public long StepsPerEpoch => source.StepsPerEpoch;

        public RadarCrops Read(long stepNumber, int part, int parts)
        {
            var crops = source.Read(stepNumber, part, parts);
            using Scalar infinite = double.PositiveInfinity;
            crops.Target.fill_(infinite);
            return crops;
        }
    }
}
