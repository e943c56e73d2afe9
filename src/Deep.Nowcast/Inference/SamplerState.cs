using static TorchSharp.torch;

namespace Deep.Nowcast;

// M members, S state channels, H x W pixels

/// <summary>Where the recurrence of a forecast stands.</summary>
/// <param name="gates">What the latents give to the coarsest unit's gates at every step, [M, 2 S, H, W].</param>
/// <param name="candidate">What they give to its candidate, [M, S, H, W].</param>
/// <param name="levels">The state of each level, the coarsest first, 32-bit floats.</param>
internal sealed class SamplerState(Tensor gates, Tensor candidate, Tensor[] levels) : IDisposable
{
    public Tensor Gates { get; } = gates;

    public Tensor Candidate { get; } = candidate;

    public Tensor[] Levels { get; } = levels;

    public void Dispose()
    {
        Gates.Dispose();
        Candidate.Dispose();
        foreach (var level in Levels)
        {
            level.Dispose();
        }
    }
}
