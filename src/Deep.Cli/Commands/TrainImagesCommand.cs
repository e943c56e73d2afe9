using Deep.Cli.Reporting;
using Deep.Cli.Training;

namespace Deep.Cli.Commands;

/// <summary><c>deep train images</c>: trains an NFNet on a folder or zip of labelled pictures.</summary>
internal sealed class TrainImagesCommand(Terminal terminal) : ImageTrainingCommand<TrainImagesSettings>(terminal)
{
    private protected override INetworkSource Networks(
        TrainImagesSettings settings, CancellationToken cancellationToken) => new FreshNetwork(settings.Model);
}
