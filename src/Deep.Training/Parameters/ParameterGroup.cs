using static TorchSharp.torch.nn;

namespace Deep.Training;

/// <summary>
/// Parameters that are trained alike: the same weight decay, share of the learning rate, and clipping.
/// </summary>
public sealed record ParameterGroup
{
    /// <summary>The parameters, all on one device.</summary>
    public required IReadOnlyList<TrainableParameter> Parameters { get; init; }

    /// <summary>
    /// The factor of the weight that is added to its gradient after clipping (L2 penalty); 0 or more, default 0.
    /// </summary>
    public double WeightDecay { get; init; }

    /// <summary>The factor on the schedule's learning rate; 0 or more, default 1.</summary>
    public double LearningRateFactor { get; init; } = 1;

    /// <summary>How the gradients of this group are clipped; null leaves them as they are.</summary>
    public AdaptiveGradientClipping? Clipping { get; init; }

    /// <summary>The three groups of the NFNet recipe (2102.06171, section 4.1), told by role.</summary>
    /// <param name="model">The model; its classifier is told by <see cref="Nn.IHasClassifier"/>.</param>
    /// <param name="weightDecay">
    /// The decay of weights, the classifier's among them; gains and biases have none. The paper uses 2e-5.
    /// </param>
    /// <param name="clipping">The clipping of all but the classifier's weight; null for none.</param>
    /// <returns>At most three groups, empty ones left out.</returns>
    public static IReadOnlyList<ParameterGroup> ByRole(
        Module model, double weightDecay = 2e-5, AdaptiveGradientClipping? clipping = null)
    {
        var parameters = ParameterRoles.Of(model);
        return
        [
            .. from role in Enum.GetValues<ParameterRole>()
               let members = parameters.Where(p => p.Role == role).ToArray()
               where members.Length > 0
               select new ParameterGroup
               {
                   Parameters = members,
                   WeightDecay = role == ParameterRole.GainOrBias ? 0 : weightDecay,
                   Clipping = role == ParameterRole.ClassifierWeight ? null : clipping,
               },
        ];
    }

    /// <summary>The group's settings as text, for the comparison of runs.</summary>
    internal string Description
    {
        get
        {
            var clipping = Clipping is { } clip
                ? FormattableString.Invariant($"{clip.ClipFactor} ({clip.Units}, epsilon {clip.Epsilon}, norm {clip.NormOrder})")
                : "none";
            return FormattableString.Invariant(
                $"{Parameters.Count} parameters with decay {WeightDecay}, rate factor {LearningRateFactor}, clipping {clipping}");
        }
    }

    internal void Validate()
    {
        if (Parameters is not { Count: > 0 })
        {
            throw new ConfigurationException("ParameterGroup.Parameters", "at least one parameter", "empty");
        }

        if (!(WeightDecay >= 0 && double.IsFinite(WeightDecay)))
        {
            throw new ConfigurationException("ParameterGroup.WeightDecay", "a finite number of 0 or more", WeightDecay);
        }

        if (!(LearningRateFactor >= 0 && double.IsFinite(LearningRateFactor)))
        {
            throw new ConfigurationException(
                "ParameterGroup.LearningRateFactor", "a finite number of 0 or more", LearningRateFactor);
        }

        Clipping?.Validate();
    }
}
