namespace Deep.Training;

/// <summary>What a training run costs, in the three counts by which runs are compared.</summary>
/// <param name="Updates">Optimiser steps.</param>
/// <param name="GradientEvaluations">Pictures that went forward and backward, copies counted.</param>
/// <param name="UniquePasses">Passes over the different pictures of the data set: the epochs.</param>
public readonly record struct TrainingBudget(long Updates, long GradientEvaluations, double UniquePasses);
