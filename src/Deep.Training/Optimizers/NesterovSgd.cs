using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Training;

/// <summary>
/// Stochastic gradient descent with momentum, Nesterov's by default, and adaptive clipping per group: the NFNet
/// optimiser.
/// </summary>
/// <remarks>
/// For each step, in this order (2102.06171, appendix A; deepmind-research, nfnets/optim.py): the gradient is clipped,
/// the decayed weight is added to it, the velocity becomes momentum · velocity + (1 − dampening) · gradient, the update
/// is gradient + momentum · velocity (or the velocity itself without Nesterov), and the weight moves by minus the
/// learning rate times it. A parameter without a gradient counts as one with gradient zero. Weights are updated in
/// place; bf16 and f16 parameters are computed in f32. Not safe for use by several threads at once. The caller disposes
/// it; the parameters stay the model's.
/// </remarks>
public sealed class NesterovSgd : IDisposable
{
    private readonly FlatParameterGroup[] _groups;
    private readonly Tensor[] _velocities;
    private long _clippingRounds;

    /// <summary>An optimiser of parameter groups.</summary>
    /// <param name="groups">The groups; a parameter may be in one of them only.</param>
    /// <param name="momentum">0 to below 1; the papers use 0.9.</param>
    /// <param name="nesterov">Whether to look ahead along the velocity.</param>
    /// <param name="dampening">
    /// The share of the gradient that does not enter the velocity, 0 to 1; 0 in the papers.
    /// </param>
    /// <exception cref="ConfigurationException">
    /// An option is out of its range, or a parameter is in two groups.
    /// </exception>
    /// <exception cref="DeviceException">The parameters of a group are on different devices.</exception>
    public NesterovSgd(
        IReadOnlyList<ParameterGroup> groups, double momentum = 0.9, bool nesterov = true, double dampening = 0)
    {
        ArgumentNullException.ThrowIfNull(groups);
        if (!(momentum >= 0 && momentum < 1))
        {
            throw new ConfigurationException("NesterovSgd.Momentum", "a number from 0 to below 1", momentum);
        }

        if (!(dampening >= 0 && dampening <= 1))
        {
            throw new ConfigurationException("NesterovSgd.Dampening", "a number from 0 to 1", dampening);
        }

        var names = groups.SelectMany(g => g.Parameters).GroupBy(p => p.Name);
        if (names.FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new ConfigurationException(
                "NesterovSgd.Groups", "groups without a common parameter", $"{twice.Key} twice");
        }

        (Momentum, Nesterov, Dampening) = (momentum, nesterov, dampening);
        _groups = [.. groups.Select(group => new FlatParameterGroup(group))];
        _velocities = [.. _groups.Select(group => zeros_like(group.Weights).DetachFromDisposeScope())];
    }

    /// <summary>The share of the velocity that is kept.</summary>
    public double Momentum { get; }

    /// <summary>Whether the update looks ahead along the velocity.</summary>
    public bool Nesterov { get; }

    /// <summary>The share of the gradient that does not enter the velocity.</summary>
    public double Dampening { get; }

    /// <summary>The number of steps taken.</summary>
    public long Steps { get; private set; }

    /// <summary>Updates the weights from their gradients.</summary>
    /// <param name="learningRate">0 or more; at 0 the velocity still takes up the gradient.</param>
    /// <param name="gradientScale">
    /// A factor on every gradient before anything else, such as 1 / items after summed micro-batches.
    /// </param>
    /// <param name="requireFinite">Whether to look for NaN and infinity first; one pass over the gradients.</param>
    /// <returns>
    /// False where <paramref name="requireFinite"/> found a gradient that is not finite; then nothing has changed.
    /// </returns>
    /// <exception cref="ConfigurationException">The learning rate or the scale is out of its range.</exception>
    public bool Step(double learningRate, double gradientScale = 1, bool requireFinite = false)
    {
        if (!(learningRate >= 0 && double.IsFinite(learningRate)))
        {
            throw new ConfigurationException("learning rate", "a finite number of 0 or more", learningRate);
        }

        if (!(gradientScale > 0 && double.IsFinite(gradientScale)))
        {
            throw new ConfigurationException("gradient scale", "a finite number above 0", gradientScale);
        }

        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (var group in _groups)
        {
            group.Gather();
        }

        if (requireFinite
            && !_groups.All(group => double.IsFinite(group.Gradients.sum(ScalarType.Float64).item<double>())))
        {
            return false;
        }

        for (var i = 0; i < _groups.Length; i++)
        {
            Update(_groups[i], _velocities[i], learningRate, gradientScale);
        }

        Steps++;
        _clippingRounds++;
        return true;
    }

    /// <summary>Forgets the gradients of all parameters, so that the next backward pass starts from none.</summary>
    public void ZeroGradients()
    {
        foreach (var parameter in _groups.SelectMany(group => group.Members))
        {
            parameter.Value.grad = null;
        }
    }

    /// <summary>How much was clipped since this was last asked; waits for the device.</summary>
    public ClippingStatistics TakeClippingStatistics()
    {
        var statistics = new ClippingStatistics(
            _groups.Sum(group => group.Units) * _clippingRounds, _groups.Sum(group => group.TakeClippedUnits()));
        _clippingRounds = 0;
        return statistics;
    }

    /// <summary>The velocity of each parameter under the parameter's name, as copies of its shape.</summary>
    /// <returns>New tensors; the caller disposes them.</returns>
    public IReadOnlyDictionary<string, Tensor> SaveVelocities()
    {
        var saved = new Dictionary<string, Tensor>();
        ForEachVelocity((name, velocity) => saved.Add(name, velocity.clone().DetachFromDisposeScope()));
        return saved;
    }

    /// <summary>Goes on from saved velocities.</summary>
    /// <param name="velocities">The velocity of every parameter by its name.</param>
    /// <param name="steps">The number of steps that had been taken.</param>
    /// <exception cref="ShapeException">A velocity is missing or of another shape; nothing has changed.</exception>
    public void LoadVelocities(IReadOnlyDictionary<string, Tensor> velocities, long steps)
    {
        ForEachVelocity((name, velocity) =>
        {
            if (!velocities.TryGetValue(name, out var saved) || !saved.shape.SequenceEqual(velocity.shape))
            {
                var found = saved is null ? "missing" : $"of shape [{string.Join(", ", saved.shape)}]";
                throw new ShapeException(
                    $"The velocity of {name} must be of shape [{string.Join(", ", velocity.shape)}], but is {found}.");
            }
        });
        ForEachVelocity((name, velocity) => velocity.copy_(velocities[name]));
        Steps = steps;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var group in _groups)
        {
            group.Dispose();
        }

        foreach (var velocity in _velocities)
        {
            velocity.Dispose();
        }
    }

    private void Update(FlatParameterGroup group, Tensor velocity, double learningRate, double gradientScale)
    {
        var gradient = group.Gradients;
        if (gradientScale != 1)
        {
            gradient.TimesInPlace(gradientScale);
        }

        group.Clip();
        if (group.Options.WeightDecay != 0)
        {
            gradient.PlusInPlace(group.Weights, group.Options.WeightDecay);
        }

        velocity.TimesInPlace(Momentum).PlusInPlace(gradient, 1 - Dampening);
        var update = Nesterov ? gradient.PlusInPlace(velocity, Momentum) : velocity;
        group.Weights.PlusInPlace(update, -learningRate * group.Options.LearningRateFactor);
        group.Scatter();
    }

    private void ForEachVelocity(Action<string, Tensor> visit)
    {
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        for (var i = 0; i < _groups.Length; i++)
        {
            var views = _groups[i].Views(_velocities[i]);
            try
            {
                for (var j = 0; j < views.Length; j++)
                {
                    visit(_groups[i].Members[j].Name, views[j]);
                }
            }
            finally
            {
                Array.ForEach(views, view => view.Dispose());
            }
        }
    }
}
