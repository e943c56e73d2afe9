// Names each picture given on the command line:  ClassifyPhotos photo.jpg other.png
using Deep.NFNets;

using var classifier = ImageClassifier.Load(Path.Combine(AppContext.BaseDirectory, "nfnet-cifar10.safetensors"));
foreach (var photo in args)
{
    var best = classifier.Classify(photo, top: 3).Select(p => $"{p.Label} {100 * p.Probability:F0} %");
    Console.WriteLine($"{Path.GetFileName(photo)}: {string.Join(", ", best)}");
}
