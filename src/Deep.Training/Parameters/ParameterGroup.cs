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
    /// How strongly weights are drawn to zero, 0 or more, default 0. <see cref="NesterovSgd"/> adds this share of the
    /// weight to its gradient after clipping (L2 penalty), <see cref="AdamW"/> takes learning rate · decay off the weight,
    /// <see cref="Lamb"/> adds it to the direction before the trust ratio.
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
        return Grouped(ParameterRoles.Of(model), weightDecay, clipping, rateFactor: 1);
    }

    /// <summary>
    /// The groups of <see cref="ByRole"/> for each layer, with a learning rate that falls from the output to the input.
    /// </summary>
    /// <remarks>
    /// The factor is layerDecay to the power of the number of layers above. Parameters in none of the layers have the
    /// factor 1 of the last. Frozen parameters (<see cref="ModelLayers.Freeze"/>) are in no group.
    /// </remarks>
    /// <param name="model">A model that names its layers by <see cref="Nn.IHasLayers"/>.</param>
    /// <param name="layerDecay">Above 0 and at most 1; 0.65 to 0.9 is common in fine-tuning.</param>
    /// <param name="weightDecay">As in <see cref="ByRole"/>.</param>
    /// <param name="clipping">As in <see cref="ByRole"/>.</param>
    /// <returns>At most three groups for each layer, from the input to the output, empty ones left out.</returns>
    /// <exception cref="ConfigurationException">The model names no layers, or the layer decay is out of its range.</exception>
    public static IReadOnlyList<ParameterGroup> ByLayer(
        Module model, double layerDecay, double weightDecay = 2e-5, AdaptiveGradientClipping? clipping = null)
    {
        if (layerDecay is not (> 0 and <= 1))
        {
            throw new ConfigurationException("layer decay", "a number above 0 and at most 1", layerDecay);
        }

        var layers = ModelLayers.Of(model);
        var places = ModelLayers.Places(layers);
        return
        [
            .. ParameterRoles.Of(model)
                .GroupBy(p => places.GetValueOrDefault(p.Value.Handle, layers.Count - 1))
                .OrderBy(layer => layer.Key)
                .SelectMany(layer => Grouped(
                    [.. layer], weightDecay, clipping, Math.Pow(layerDecay, layers.Count - 1 - layer.Key))),
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

    private static IReadOnlyList<ParameterGroup> Grouped(
        IReadOnlyList<TrainableParameter> parameters, double weightDecay, AdaptiveGradientClipping? clipping,
        double rateFactor) =>
        [
            .. from role in Enum.GetValues<ParameterRole>()
               let members = parameters.Where(p => p.Role == role).ToArray()
               where members.Length > 0
               select new ParameterGroup
               {
                   Parameters = members,
                   WeightDecay = role == ParameterRole.GainOrBias ? 0 : weightDecay,
                   LearningRateFactor = rateFactor,
                   Clipping = role == ParameterRole.ClassifierWeight ? null : clipping,
               },
        ];
}
