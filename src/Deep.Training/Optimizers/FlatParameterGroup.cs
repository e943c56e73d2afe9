using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Training;

/// <summary>
/// A parameter group copied into flat buffers, so that an optimiser's arithmetic is a few calls and not a few per
/// parameter.
/// </summary>
/// <remarks>
/// Parameters are laid out by the length of their clipping units, and by their size among those of one length. All units
/// of one length are then one matrix [units, length] of the buffer, so that clipping a network of hundreds of tensors
/// takes one pass for each distinct length; neighbours of one size are a matrix [tensors, elements] alike.
/// The model keeps its own storage: weights and gradients are copied in, weights copied out, so loading a checkpoint or
/// moving a gradient never breaks an alias.
/// </remarks>
internal sealed class FlatParameterGroup : IDisposable
{
    private readonly TrainableParameter[] _members;
    private readonly Tensor[] _parameters;
    private readonly Tensor[] _weightSources;
    private readonly FlatTensor _weights;
    private readonly FlatTensor _gradients;
    private readonly (Tensor Weights, Tensor Gradients)[] _unitMatrices;
    private readonly (Tensor Weights, Tensor Gradients)[] _tensorMatrices;
    private readonly Tensor _clippedUnits;

    /// <param name="group">The group.</param>
    /// <param name="moments">The number of buffers beside weights and gradients.</param>
    public FlatParameterGroup(ParameterGroup group, int moments)
    {
        group.Validate();
        Options = group;
        var device = group.Parameters[0].Value.device;
        foreach (var parameter in group.Parameters)
        {
            if (parameter.Value.device.ToString() != device.ToString())
            {
                throw new DeviceException(
                    $"Parameter {parameter.Name} is on {parameter.Value.device}, but {group.Parameters[0].Name} of the "
                    + $"same group is on {device}.");
            }
        }

        var clipping = group.Clipping;
        _members = [.. group.Parameters.OrderBy(p => UnitLength(clipping, p)).ThenBy(p => p.Value.numel())];
        _parameters = [.. _members.Select(p => p.Value)];
        var shapes = _parameters.Select(p => p.shape).ToArray();
        var type = _members.Any(p => p.Value.dtype == ScalarType.Float64) ? ScalarType.Float64 : ScalarType.Float32;

        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        _weights = new FlatTensor(shapes, type, device);
        _gradients = new FlatTensor(shapes, type, device);
        Moments = [.. Enumerable.Range(0, moments).Select(_ => zeros_like(Weights).DetachFromDisposeScope())];
        _clippedUnits = zeros([], ScalarType.Int64, device).DetachFromDisposeScope();

        // What has a master is read from the buffer itself, where the master is.
        _weightSources = [.. _parameters.Select((p, i) => HasMaster(p) ? _weights.Parts[i] : p)];
        _unitMatrices = clipping is null ? [] : [.. Matrices(p => UnitLength(clipping, p))];
        _tensorMatrices = [.. Matrices(p => p.Value.numel())];
        ReadMasters();
    }

    public ParameterGroup Options { get; }

    /// <summary>
    /// [elements of all parameters]: the weights as of the last <see cref="Gather"/>, and the masters of those that the
    /// model holds in bf16 or f16.
    /// </summary>
    public Tensor Weights => _weights.Values;

    /// <summary>[elements of all parameters], the gradients as of the last <see cref="Gather"/>.</summary>
    public Tensor Gradients => _gradients.Values;

    /// <summary>What the optimiser remembers, each [elements of all parameters], zero at first.</summary>
    public IReadOnlyList<Tensor> Moments { get; }

    /// <summary>The number of clipping units.</summary>
    public long Units => _unitMatrices.Sum(matrix => matrix.Weights.shape[0]);

    /// <summary>All parameters as matrices [tensors, elements], one for each run of neighbours of one size.</summary>
    public IReadOnlyList<(Tensor Weights, Tensor Gradients)> TensorMatrices => _tensorMatrices;

    public IReadOnlyList<TrainableParameter> Members => _members;

    /// <summary>
    /// Copies gradients, and weights without a master, in; a parameter without a gradient counts as one with gradient zero.
    /// </summary>
    public void Gather()
    {
        _weights.Gather(_weightSources);
        var gradients = Array.ConvertAll(_parameters, parameter => parameter.grad);
        _gradients.Gather(gradients);
        foreach (var gradient in gradients)
        {
            gradient?.Dispose();
        }
    }

    /// <summary>Copies all weights in, those that have a master too.</summary>
    public void ReadMasters() => _weights.Gather(_parameters);

    /// <summary>Clips the gathered gradients in place.</summary>
    public void Clip()
    {
        foreach (var (weights, gradients) in _unitMatrices)
        {
            using var scope = NewDisposeScope();
            gradients.mul_(Options.Clipping!.Scale(weights, gradients, out var isClipped));
            _clippedUnits.PlusInPlace(isClipped.sum());
        }
    }

    /// <summary>Copies the weights back into the model.</summary>
    public void Scatter() => _weights.Scatter(_parameters);

    /// <summary>Copies what stands in the place of the gradients into the model's weights.</summary>
    public void ScatterGradients() => _gradients.Scatter(_parameters);

    /// <summary>The number of clipped units since the last call.</summary>
    public long TakeClippedUnits()
    {
        using var scope = NewDisposeScope();
        var clipped = _clippedUnits.item<long>();
        _clippedUnits.zero_();
        return clipped;
    }

    /// <summary>The parts of a flat buffer by their parameters' names, as views that belong to the open scope.</summary>
    public IEnumerable<(string Name, Tensor Part)> Named(Tensor flat, string kind) => _members.Select((member, i) => (
        $"{kind}/{member.Name}",
        flat.narrow(0, _weights.Starts[i], _weights.Starts[i + 1] - _weights.Starts[i]).view(member.Value.shape)));

    /// <summary>The masters by their parameters' names; they belong to this object.</summary>
    public IEnumerable<(string Name, Tensor Master)> Masters(string kind) =>
        WithMaster().Select(pair => ($"{kind}/{pair.Member.Name}", pair.Master));

    /// <summary>The masters with their parameters; they belong to this object.</summary>
    public IEnumerable<(Tensor Parameter, Tensor Master)> MastersByParameter() =>
        WithMaster().Select(pair => (pair.Member.Value, pair.Master));

    public void Dispose()
    {
        foreach (var (weights, gradients) in _unitMatrices.Concat(_tensorMatrices))
        {
            weights.Dispose();
            gradients.Dispose();
        }

        foreach (var moment in Moments)
        {
            moment.Dispose();
        }

        _weights.Dispose();
        _gradients.Dispose();
        _clippedUnits.Dispose();
    }

    private static bool HasMaster(Tensor parameter) => parameter.dtype is ScalarType.BFloat16 or ScalarType.Float16;

    private IEnumerable<(TrainableParameter Member, Tensor Master)> WithMaster() =>
        _members.Zip(_weights.Parts).Where(pair => HasMaster(pair.First.Value));

    private static long UnitLength(AdaptiveGradientClipping? clipping, TrainableParameter member) =>
        clipping?.UnitLength(member.Value.shape) ?? 0;

    // One matrix for each run of neighbours with rows of one length.
    private List<(Tensor Weights, Tensor Gradients)> Matrices(Func<TrainableParameter, long> rowLength)
    {
        var matrices = new List<(Tensor, Tensor)>();
        long start = 0;
        for (var i = 0; i < _members.Length;)
        {
            var (length, elements) = (rowLength(_members[i]), 0L);
            for (; i < _members.Length && rowLength(_members[i]) == length; i++)
            {
                elements += _members[i].Value.numel();
            }

            matrices.Add((Matrix(Weights), Matrix(Gradients)));
            start += elements;

            Tensor Matrix(Tensor flat)
            {
                using var part = flat.narrow(0, start, elements);
                return part.view(length == 0 ? 0 : elements / length, length).DetachFromDisposeScope();
            }
        }

        return matrices;
    }
}
