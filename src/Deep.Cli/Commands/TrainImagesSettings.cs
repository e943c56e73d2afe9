using System.ComponentModel;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep train images</c> can be told.</summary>
internal sealed class TrainImagesSettings : ImageTrainingSettings
{
    [CommandOption("--model <NAME>")]
    [Description("'cifar' (small, for about 32 px), any variant that 'deep info' lists, or a configuration's JSON file.")]
    [DefaultValue("cifar")]
    public string Model { get; init; } = "cifar";

    [CommandOption("--epochs <COUNT>")]
    [Description("Passes over the training pictures.")]
    [DefaultValue(30)]
    public override int Epochs { get; init; } = 30;

    [CommandOption("--batch <COUNT>")]
    [Description("Pictures per step, copies of the augmentation multiplicity included.")]
    [DefaultValue(128)]
    public override int Batch { get; init; } = 128;

    [CommandOption("--lr <RATE>")]
    [Description("Peak learning rate of the warm-up cosine schedule.")]
    [DefaultValue(0.1)]
    public override double LearningRate { get; init; } = 0.1;

    [CommandOption("--weight-decay <RATE>")]
    [Description("Weight decay of the weights; gains and biases have none.")]
    [DefaultValue(5e-5)]
    public override double WeightDecay { get; init; } = 5e-5;

    [CommandOption("--multiplicity <K>")]
    [Description("Augmented copies of each picture in a batch (augmentation multiplicity).")]
    [DefaultValue(1)]
    public override int Multiplicity { get; init; } = 1;

    [CommandOption("--ema <DECAY>")]
    [Description("Decay of the averaged weights that are tested and saved; 0 turns averaging off.")]
    [DefaultValue(0.998)]
    public override double WeightAverage { get; init; } = 0.998;

    [CommandOption("--sam <RHO>")]
    [Description("Radius of sharpness-aware minimisation, 0.05 in the NFNet papers; 0 turns it off.")]
    [DefaultValue(0.0)]
    public override double Sam { get; init; }

    [CommandOption("--ascent <SHARE>")]
    [Description("Share of each batch on which sharpness-aware minimisation looks for the worst direction.")]
    [DefaultValue(1.0)]
    public override double Ascent { get; init; } = 1;

    public override IEnumerable<(string Option, object? Value)> Fixed => base.Fixed.Append(("--model", Model));
}
