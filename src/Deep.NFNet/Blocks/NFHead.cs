using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.NFNets;

// N batch, F features, K classes

/// <summary>
/// The head: dropout in training, then the classifier. Child: fc, absent where the network has no classes.
/// </summary>
public sealed class NFHead : Module<Tensor, Tensor>
{
    /// <summary>The head of <paramref name="config"/>.</summary>
    /// <param name="config">The network.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    public NFHead(NFNetConfig config, Device? device = null)
        : base(nameof(NFHead))
    {
        ArgumentNullException.ThrowIfNull(config);
        Dropout = config.Dropout;
        if (config.Classes > 0)
        {
            Classifier = Linear(config.Features, config.Classes, device: device);
            register_module("fc", Classifier);
        }
    }

    /// <summary>Probability of dropping a feature in training.</summary>
    public double Dropout { get; }

    /// <summary>The classifier, weight [K, F] and bias [K]; null where the network has no classes.</summary>
    public Linear? Classifier { get; }

    /// <summary>Logits of pooled features.</summary>
    /// <param name="x">[N, F], dtype of the classifier.</param>
    /// <returns>[N, K], or the features where there is no classifier. The caller disposes it.</returns>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var features = training && Dropout > 0 ? functional.dropout(x, Dropout, training: true) : x;
        return Classifier?.call(features).MoveToOuterDisposeScope() ?? (ReferenceEquals(features, x)
            ? x.alias() : features).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Nothing: every child has an explicit name, and the parent's registration would add each field once more.
    /// </summary>
    protected override void RegisterComponents()
    {
    }
}
