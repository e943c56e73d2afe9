namespace Deep.Perceivers;

/// <summary>A clip as the latents of an autoencoder: all that is kept of it.</summary>
/// <param name="Latents">N, how many latents.</param>
/// <param name="Channels">D, the channels of each.</param>
/// <param name="Values">N x D values, latent by latent.</param>
public sealed record EncodedClip(int Latents, int Channels, IReadOnlyList<float> Values);
