using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace Deep.Perceivers.Recipes;

/// <summary>A model in evaluation mode and without gradients, until this is disposed.</summary>
internal sealed class EvaluationMode : IDisposable
{
    private readonly Module _model;
    private readonly bool _wasTraining;
    private readonly IDisposable _withoutGradient;

    public EvaluationMode(Module model)
    {
        (_model, _wasTraining) = (model, model.training);
        model.eval();
        _withoutGradient = no_grad();
    }

    public void Dispose()
    {
        _withoutGradient.Dispose();
        _model.train(_wasTraining);
    }
}
