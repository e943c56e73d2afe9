namespace Deep.Perceivers;

/// <summary>One class that an input may belong to.</summary>
/// <param name="Index">The class's index in the classifier, from 0.</param>
/// <param name="Label">Its label; the index as text where no labels are known.</param>
/// <param name="Probability">Softmax of the logits, [0, 1].</param>
public sealed record Prediction(int Index, string Label, float Probability);
