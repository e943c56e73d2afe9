using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Parity.Cases;

/// <summary>Makes the tensors that a case describes. The caller disposes them.</summary>
public static class CaseTensors
{
    /// <summary>An input by name: float32, or int64 for kind "int".</summary>
    public static Tensor Tensor(this ParityCase parity, string name) => ToTensor(parity.Input(name));

    /// <summary>An input as float32, float64 literals included, or int64 for kind "int".</summary>
    public static Tensor ToTensor(CaseInput input) => input.Kind switch
    {
        "float" => torch.tensor(FillRule.FloatInput(input.Name, input.Shape, input.Scale, input.Offset), input.Shape),
        "int" => torch.tensor(FillRule.IntInput(input.Name, input.Shape, input.High), input.Shape),
        "values" => torch.tensor(input.Values!.Select(v => (float)v).ToArray(), input.Shape),
        _ => throw new MalformedCaseException($"the input {input.Name} is a {input.Kind}, not a tensor"),
    };

    /// <summary>Values row-major as plain numbers, whatever dtype and device the tensor has.</summary>
    public static double[] ToNumbers(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
    }
}
