// New classes on a pre-trained body: the network keeps what it learned about pictures, and only a new head is trained,
// on a few pictures of shapes that this program draws itself. Takes seconds on a CPU.
//   dotnet run -c Release --project samples/CustomHead -- shapes.safetensors
using CustomHead;
using Deep.Media;
using Deep.NFNets;
using Deep.Training;
using TorchSharp;
using static TorchSharp.torch;

var output = args.FirstOrDefault() ?? "shapes.safetensors";
var body = Path.Combine(AppContext.BaseDirectory, "nfnet-cifar10.safetensors");

// 1. The body from the file, with a fresh head of three classes.
using var network = NFNet.Load(body, new NFNetLoadOptions { NewClasses = ShapePictures.Classes.Count });
var (train, trainLabels) = ShapePictures.Draw(count: 150, seed: 1, size: network.Config.TestSize);
var (test, testLabels) = ShapePictures.Draw(count: 60, seed: 2, size: network.Config.TestSize);

// 2. The body does not change, so each picture goes through it once.
using var features = Embed(train);
using var labels = tensor(trainLabels);

// 3. The head: a linear layer on those features.
using var optimizer = new NesterovSgd(ParameterGroup.ByRole(network.Head, weightDecay: 1e-4));
var loss = new SoftTargetCrossEntropy();
for (var step = 0; step < 120; step++)
{
    using var scope = NewDisposeScope();
    optimizer.ZeroGradients();
    var value = loss.Loss(network.Head.call(features), labels);
    value.backward();
    optimizer.Step(learningRate: 0.1);
    if (step % 40 == 0)
    {
        Console.WriteLine($"step {step,3}: loss {value.item<float>():F3}");
    }
}

// 4. Save it like any other model, and use it.
network.Save(output, ShapePictures.Classes);
using var classifier = ImageClassifier.Load(output);
var right = test.Zip(testLabels).Count(pair => classifier.Classify(pair.First, top: 1)[0].Index == pair.Second);
Console.WriteLine($"{right} of {test.Count} new pictures named right by {output}.");
return right > test.Count / 2 ? 0 : 1;

Tensor Embed(IReadOnlyList<Picture> pictures)
{
    using var frozen = no_grad();
    using var scope = NewDisposeScope();
    var input = network.Config.EvaluationTransform();
    return network.Pooled(input.Apply(pictures)).MoveToOuterDisposeScope();
}
