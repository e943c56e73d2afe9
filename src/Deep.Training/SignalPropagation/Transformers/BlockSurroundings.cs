namespace Deep.Training.SignalPropagation;

/// <summary>What a block uses but does not own: its layer of the SPA schedule, and the positions that all blocks share.</summary>
internal sealed record BlockSurroundings(SpaLayer? Spa = null, SpaRescaling? Rescaling = null, RotaryPositions? Rotary = null, PositionBias? Bias = null);
