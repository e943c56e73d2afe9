using Deep.Cli.Commands;
using Deep.Cli.Models;
using Deep.Cli.Reporting;
using Deep.NFNets;
using Deep.NFNets.Recipes;
using static TorchSharp.torch;

namespace Deep.Cli.Training;

/// <summary>A pre-trained network with a new classifier.</summary>
internal sealed class PretrainedNetwork : INetworkSource
{
    private readonly string model;
    private readonly NFNetRecipe recipe;
    private readonly ModelLoading loading;

    /// <summary>Finds the model; downloads it where it is not there yet.</summary>
    /// <param name="settings">Which model, what is frozen, and what is dropped.</param>
    /// <param name="terminal">Shows a download on the error stream.</param>
    /// <param name="cancellationToken">Ends a download.</param>
    public PretrainedNetwork(FinetuneImagesSettings settings, Terminal terminal, CancellationToken cancellationToken)
    {
        var isOwn = settings.Model is null || settings.Model.Equals(SmallPictures.Name, StringComparison.OrdinalIgnoreCase);
        model = EmbeddedModel.OrGiven(isOwn ? null : settings.Model);
        recipe = NFNetRecipe.FineTuning with
        {
            Dropout = settings.Dropout,
            StochasticDepth = settings.StochasticDepth,
            Frozen = settings.Frozen ?? FrozenLayers.None,
        };
        loading = new ModelLoading(terminal, cancellationToken);
        Config = loading.Load(model, progress => NFNetPretrained.ConfigOf(model, progress: progress));
    }

    public NFNetConfig Config { get; }

    public NFNet Build(int classes, int size, Device device)
    {
        var options = recipe.Pretrained(classes, size, device: device);
        var network = loading.Load(model, progress => NFNetPretrained.Load(model, options, progress: progress));
        try
        {
            recipe.Frozen.Apply(network);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
