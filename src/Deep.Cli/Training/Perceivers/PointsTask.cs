using System.Globalization;
using Deep.Cli.Commands;
using Deep.Perceivers;
using Deep.Perceivers.Recipes;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Cli.Training.Perceivers;

/// <summary>Clouds sampled from meshes, by the mesh that they are from.</summary>
internal sealed class PointsTask : PerceiverTask
{
    /// <summary>In the place of files: the shapes that need none.</summary>
    public const string OwnShapes = "shapes";

    private const int TestCloudsPerMesh = 50;
    private const ulong TestStream = 0x7E57_0000_0000_0000;

    private readonly string[] names;
    private readonly PointCloudBatches train;
    private readonly PointCloudBatches test;
    private readonly int points;

    public PointsTask(TrainPerceiverSettings settings, Device device)
    {
        var hasOwn = settings.Data is [OwnShapes];
        string[] files = hasOwn ? [] : [.. settings.Data.SelectMany(Files)];
        names = hasOwn ? [.. SolidShapes.All.Select(shape => shape.Name)] : [.. files.Select(file => Path.GetFileNameWithoutExtension(file)!)];
        if (names.Length < 2 || names.Distinct().Count() < names.Length)
        {
            throw new WrongInputException($"points takes two OBJ files or more with different names, or '{OwnShapes}'; found {names.Length}.");
        }

        TriangleMesh[] meshes = hasOwn ? [.. SolidShapes.All.Select(shape => shape.Mesh)] : [.. files.Select(TriangleMesh.Open)];
        points = settings.Points;
        var options = new PointCloudOptions { Points = points, BatchSize = settings.Batch, Seed = (ulong)settings.Seed, Device = device };
        train = new PointCloudBatches(meshes, options);
        test = new PointCloudBatches(meshes, options with { Seed = options.Seed ^ TestStream });
        Data = $"{names.Length} meshes with the hash {Hash(files)}";
    }

    private int TestClouds => TestCloudsPerMesh * names.Length;

    public override PerceiverConfig Config => SmallPerceivers.Points(names.Length);

    public override string Description => string.Create(
        CultureInfo.InvariantCulture, $"clouds of {points:N0} points from {names.Length} meshes, {TestClouds:N0} others to test on");

    public override string Data { get; }

    public override TrainingTerms Terms => TrainingTerms.StepsOf("clouds");

    public override IReadOnlyList<string> Labels => names;

    public override void Fit(Trainer trainer, Perceiver model, Func<CancellationToken, Evaluation> evaluate, CancellationToken cancellationToken) =>
        trainer.Fit(train, PointClassification.Objective(model, new SoftTargetCrossEntropy()), evaluate, cancellationToken: cancellationToken);

    public override Evaluation Evaluate(Perceiver model, CancellationToken cancellationToken) =>
        PointClassification.Evaluate(model, test, TestClouds, cancellationToken: cancellationToken);

    private static IEnumerable<string> Files(string path) =>
        Directory.Exists(path) ? Directory.GetFiles(path, "*.obj").Order(StringComparer.Ordinal) : [path];
}
