using System.ComponentModel;
using Deep.NFNets.Recipes;
using Spectre.Console;
using Spectre.Console.Cli;
using static Deep.Cli.Commands.OptionRule;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep finetune images</c> can be told; the defaults are the NFNet papers' where size allows.</summary>
internal sealed class FinetuneImagesSettings : ImageTrainingSettings
{
    [CommandOption("--model <MODEL>")]
    [Description("A file, 'hf:owner/name[[@revision]]' or a variant with published weights; default: the tool's own small model.")]
    public string? Model { get; init; }

    [CommandOption("--freeze <LAYERS>")]
    [Description("What keeps its weights: none, stem, a number of stages (with the stem), or body (all but the classifier).")]
    [DefaultValue("none")]
    public string Freeze { get; init; } = "none";

    [CommandOption("--dropout <SHARE>")]
    [Description("Share of the features dropped before the classifier.")]
    [DefaultValue(0.25)]
    public double Dropout { get; init; } = 0.25;

    [CommandOption("--stochastic-depth <RATE>")]
    [Description("Rate at which residual branches are dropped.")]
    [DefaultValue(0.1)]
    public double StochasticDepth { get; init; } = 0.1;

    [CommandOption("--epochs <COUNT>")]
    [Description("Passes over the training pictures.")]
    [DefaultValue(20)]
    public override int Epochs { get; init; } = 20;

    [CommandOption("--batch <COUNT>")]
    [Description("Pictures per step, copies of the augmentation multiplicity included.")]
    [DefaultValue(64)]
    public override int Batch { get; init; } = 64;

    [CommandOption("--lr <RATE>")]
    [Description("Peak learning rate of the warm-up cosine schedule.")]
    [DefaultValue(0.02)]
    public override double LearningRate { get; init; } = 0.02;

    [CommandOption("--weight-decay <RATE>")]
    [Description("Weight decay of the weights; gains and biases have none.")]
    [DefaultValue(1e-5)]
    public override double WeightDecay { get; init; } = 1e-5;

    [CommandOption("--multiplicity <K>")]
    [Description("Augmented copies of each picture in a batch (augmentation multiplicity).")]
    [DefaultValue(4)]
    public override int Multiplicity { get; init; } = 4;

    [CommandOption("--ema <DECAY>")]
    [Description("Decay of the averaged weights that are tested and saved; 0 turns averaging off; starts low (TensorFlow's warm-up).")]
    [DefaultValue(0.9999)]
    public override double WeightAverage { get; init; } = 0.9999;

    [CommandOption("--sam <RHO>")]
    [Description("Radius of sharpness-aware minimisation, 0.05 in the NFNet papers; 0 turns it off.")]
    [DefaultValue(0.05)]
    public override double Sam { get; init; } = 0.05;

    [CommandOption("--ascent <SHARE>")]
    [Description("Share of each batch on which sharpness-aware minimisation looks for the worst direction.")]
    [DefaultValue(0.2)]
    public override double Ascent { get; init; } = 0.2;

    [CommandOption("--layer-decay <FACTOR>")]
    [Description("Factor on the learning rate from each layer to the one before it, 0.65 to 0.9 say; 1 trains all alike.")]
    [DefaultValue(1.0)]
    public override double LayerDecay { get; init; } = 1;

    /// <summary>The layers that <see cref="Freeze"/> means; null where it means none that there could be.</summary>
    public FrozenLayers? Frozen => Freeze switch
    {
        "none" => FrozenLayers.None,
        "stem" => FrozenLayers.Stem,
        "body" => FrozenLayers.Body,
        _ => int.TryParse(Freeze, out var stages) && stages is >= 1 and < 100 ? FrozenLayers.Stages(stages) : null,
    };

    public override IEnumerable<(string Option, object? Value)> Fixed => base.Fixed.Concat(
    [
        ("--model", Model), ("--freeze", Freeze), ("--dropout", Dropout), ("--stochastic-depth", StochasticDepth),
        ("--layer-decay", LayerDecay),
    ]);

    public override ValidationResult Validate() =>
        Check(Frozen is not null, "--freeze", "none, stem, a number of stages, or body", Freeze)
        ?? Check(Dropout is >= 0 and < 1, "--dropout", "from 0 to below 1", Dropout)
        ?? Check(StochasticDepth is >= 0 and < 1, "--stochastic-depth", "from 0 to below 1", StochasticDepth)
        ?? Check(LayerDecay is > 0 and <= 1, "--layer-decay", "above 0 and at most 1", LayerDecay)
        ?? base.Validate();
}
