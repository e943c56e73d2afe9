namespace Deep.Nowcast;

/// <summary>The CRPS of fields pooled by a window.</summary>
/// <param name="Window">Its side in pixels.</param>
/// <param name="Pooling">What a window became.</param>
/// <param name="Score">The score.</param>
public sealed record PooledCrpsScore(int Window, Pooling Pooling, CrpsScore Score);
