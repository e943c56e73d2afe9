namespace Deep.Perceivers;

/// <summary>What an autoencoder made of a clip.</summary>
/// <param name="Clip">The frames, with the sound where the network has one.</param>
/// <param name="Predictions">What the clip shows, the most probable first; empty where the network has no labels.</param>
public sealed record ReconstructedClip(VideoClip Clip, IReadOnlyList<Prediction> Predictions);
