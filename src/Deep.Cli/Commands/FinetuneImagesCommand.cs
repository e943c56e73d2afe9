using Deep.Cli.Reporting;
using Deep.Cli.Training;

namespace Deep.Cli.Commands;

/// <summary><c>deep finetune images</c>: teaches a pre-trained NFNet the classes of labelled pictures.</summary>
internal sealed class FinetuneImagesCommand(Terminal terminal) : ImageTrainingCommand<FinetuneImagesSettings>(terminal)
{
    private protected override INetworkSource Networks(
        FinetuneImagesSettings settings, CancellationToken cancellationToken) =>
        new PretrainedNetwork(settings, Terminal, cancellationToken);
}
