using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training;

/// <summary>
/// What all optimisers of this package share: gradients are gathered, checked, limited, clipped per group, and the
/// weights moved by the rule of the derived class.
/// </summary>
/// <remarks>
/// The arithmetic runs on flat buffers, one per group, and not tensor by tensor. A parameter without a gradient counts
/// as one with gradient zero. Weights are updated in place. Parameters of bf16 and f16 have a master copy in f32, which
/// is what is trained: the model holds its rounded form, so that steps smaller than the type's resolution add up. Not
/// safe for use by several threads at once. The caller disposes it; the parameters stay the model's.
/// </remarks>
public abstract partial class Optimizer : IRunState, IDisposable
{
    private const string StepsName = "steps";
    private const string MasterName = "master";
    private readonly FlatParameterGroup[] _groups;
    private readonly string[] _moments;
    private long _clippingRounds;

    /// <summary>Copies the groups into flat buffers with moments of zero.</summary>
    /// <param name="groups">The groups; a parameter may be in one of them only.</param>
    /// <param name="moments">What the rule remembers of each parameter, by name.</param>
    private protected Optimizer(IReadOnlyList<ParameterGroup> groups, params string[] moments)
    {
        ArgumentNullException.ThrowIfNull(groups);
        RequireEachOnce(groups);
        _moments = moments;
        var made = new List<FlatParameterGroup>();
        try
        {
            foreach (var group in groups)
            {
                made.Add(new FlatParameterGroup(group, moments.Length));
            }
        }
        catch
        {
            made.ForEach(group => group.Dispose());
            throw;
        }

        _groups = [.. made];
    }

    /// <summary>The number of steps taken.</summary>
    public long Steps { get; private set; }

    /// <summary>
    /// The 2-norm of all gradients together at the last step, scaled and before any clipping; NaN where that step
    /// neither looked for finite gradients nor limited their norm.
    /// </summary>
    public double GradientNorm { get; private set; } = double.NaN;

    /// <summary>The rule and the groups as text, by which a run that goes on finds that they have changed.</summary>
    public string Description => $"{Rule}, {string.Join("; ", _groups.Select(group => group.Options.Description))}";

    /// <summary>The name of the rule with its settings.</summary>
    private protected abstract string Rule { get; }

    /// <summary>Updates the weights from their gradients.</summary>
    /// <param name="learningRate">
    /// 0 or more, as a schedule may give 0 at its ends: the weights then stay, the moments still take up the gradient.
    /// </param>
    /// <param name="gradientScale">
    /// A factor on every gradient before anything else, such as 1 / items after summed micro-batches.
    /// </param>
    /// <param name="requireFinite">Whether to look for NaN and infinity first; one pass over the gradients.</param>
    /// <param name="limit">A bound on all gradients, before the clipping of each group; null for none.</param>
    /// <returns>
    /// False where <paramref name="requireFinite"/> found a gradient that is not finite; then nothing has changed but
    /// <see cref="GradientNorm"/>.
    /// </returns>
    /// <exception cref="ConfigurationException">The learning rate or the scale is out of its range.</exception>
    /// <exception cref="TrainingException">The weights have not returned from an <see cref="Ascend"/>.</exception>
    public bool Step(
        double learningRate, double gradientScale = 1, bool requireFinite = false, GradientLimit? limit = null)
    {
        if (!(learningRate >= 0 && double.IsFinite(learningRate)))
        {
            throw new ConfigurationException("learning rate", "a finite number of 0 or more", learningRate);
        }

        RequireScale(gradientScale);
        RequireReturned();
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (var group in _groups)
        {
            group.Gather();
        }

        GradientNorm = requireFinite || limit is GradientLimit.GlobalNormRule ? gradientScale * Norm() : double.NaN;
        if (requireFinite && !double.IsFinite(GradientNorm))
        {
            return false;
        }

        Limit(gradientScale, limit);
        Steps++;
        _clippingRounds++;
        foreach (var group in _groups)
        {
            group.Clip();
            Update(group, learningRate * group.Options.LearningRateFactor);
            group.Scatter();
        }

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

    /// <summary>Takes the f32 masters of bf16 and f16 parameters anew from the model.</summary>
    /// <remarks>
    /// To be called after other weights were put into such a model, as the next step would undo that. Parameters of f32
    /// and f64 are read at every step anyway.
    /// </remarks>
    /// <exception cref="TrainingException">The weights have not returned from an <see cref="Ascend"/>.</exception>
    public void ReadMasters()
    {
        RequireReturned();
        using var withoutGradient = no_grad();
        foreach (var group in _groups)
        {
            group.ReadMasters();
        }
    }

    /// <summary>The f32 masters of bf16 and f16 parameters, as views that belong to this object.</summary>
    internal IEnumerable<(Tensor Parameter, Tensor Master)> Masters() => _groups.SelectMany(group => group.MastersByParameter());

    /// <summary>
    /// The moments of each parameter in its shape (<c>velocity/</c>, <c>first/</c> or <c>second/</c> with its name),
    /// the f32 masters of bf16 and f16 parameters (<c>master/</c>), and the number of steps (<c>steps</c>).
    /// </summary>
    /// <returns>New tensors; the caller disposes them.</returns>
    public IReadOnlyDictionary<string, Tensor> Save()
    {
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        var saved = Live().ToDictionary(entry => entry.Name, entry => entry.Live.clone().DetachFromDisposeScope());
        saved.Add(StepsName, tensor(Steps).DetachFromDisposeScope());
        return saved;
    }

    /// <inheritdoc/>
    public void Load(IReadOnlyDictionary<string, Tensor> state)
    {
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        var live = Live();
        SavedTensors.Require(
            GetType().Name, state, [.. live.Select(entry => (entry.Name, entry.Live.shape)), (StepsName, [])]);
        foreach (var (name, tensor) in live)
        {
            tensor.copy_(state[name]);
        }

        Steps = state[StepsName].to(ScalarType.Int64).item<long>();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        foreach (var group in _groups)
        {
            group.Dispose();
        }
    }

    /// <summary>The rule: moves the group's flat weights by its clipped gradients, which it may overwrite.</summary>
    /// <param name="group">A group with its moments; <see cref="Steps"/> already counts this step.</param>
    /// <param name="learningRate">The rate of this group.</param>
    private protected abstract void Update(FlatParameterGroup group, double learningRate);

    private static void RequireEachOnce(IReadOnlyList<ParameterGroup> groups)
    {
        var all = groups.SelectMany(group => group.Parameters ?? []).ToArray();
        var twice = all.GroupBy(p => p.Name).FirstOrDefault(same => same.Count() > 1)?.Key
            ?? all.GroupBy(p => p.Value.Handle).FirstOrDefault(same => same.Count() > 1)?.First().Name;
        if (twice is not null)
        {
            throw new ConfigurationException(
                "Optimizer.Groups", "groups without a common parameter", $"{twice} twice");
        }
    }

    private static void RequireScale(double gradientScale)
    {
        if (!(gradientScale > 0 && double.IsFinite(gradientScale)))
        {
            throw new ConfigurationException("gradient scale", "a finite number above 0", gradientScale);
        }
    }

    // Finite gradients of f32 can have squares that are not; in f64 they cannot.
    private double Norm()
    {
        var squares = 0.0;
        foreach (var group in _groups)
        {
            var sum = group.Gradients.dot(group.Gradients).to(ScalarType.Float64).item<double>();
            if (!double.IsFinite(sum))
            {
                var wide = group.Gradients.to(ScalarType.Float64);
                sum = wide.dot(wide).item<double>();
            }

            squares += sum;
        }

        return Math.Sqrt(squares);
    }

    private void Limit(double gradientScale, GradientLimit? limit)
    {
        var factor = limit is GradientLimit.GlobalNormRule norm
            ? gradientScale * norm.Factor(GradientNorm)
            : gradientScale;
        foreach (var group in _groups)
        {
            if (factor != 1)
            {
                group.Gradients.TimesInPlace(factor);
            }

            if (limit is GradientLimit.ValueRule value)
            {
                using Scalar least = -value.Maximum, most = value.Maximum;
                group.Gradients.clamp_(least, most);
            }
        }
    }

    private List<(string Name, Tensor Live)> Live()
    {
        var live = new List<(string, Tensor)>();
        foreach (var group in _groups)
        {
            for (var moment = 0; moment < _moments.Length; moment++)
            {
                live.AddRange(group.Named(group.Moments[moment], _moments[moment]));
            }

            live.AddRange(group.Masters(MasterName));
        }

        return live;
    }
}
