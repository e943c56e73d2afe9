namespace Deep.Training;

/// <summary>A learning rate as a function of the step alone: nothing to save, nothing to restore.</summary>
/// <param name="step">The number of the step, from 0.</param>
/// <returns>The learning rate of that step, 0 or more.</returns>
public delegate double Schedule(long step);
