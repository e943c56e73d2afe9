using static TorchSharp.torch;

namespace Deep.Training;

/// <summary>A parameter with the name that its model gives it and its role in training.</summary>
/// <param name="Name">The name in the model's state dict, such as <c>stages.0.0.conv1.gain</c>.</param>
/// <param name="Value">The parameter itself; it belongs to the model, which disposes it.</param>
/// <param name="Role">What it is to the recipe.</param>
public sealed record TrainableParameter(string Name, Tensor Value, ParameterRole Role);
