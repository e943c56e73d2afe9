using Deep.NFNets;

using var classifier = ImageClassifier.Load(args[0]);
foreach (var prediction in classifier.Classify(args[1], top: 3))
{
    Console.WriteLine(FormattableString.Invariant($"{prediction.Label} {prediction.Probability:F4}"));
}
