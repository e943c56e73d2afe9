using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Nowcast.Recipes;

/// <summary>The draws of one update: a function of seed, step and place in the step.</summary>
internal sealed class DgmrRandom(ulong seed, long step, int update)
{
    private const ulong Noise = 1;
    private const ulong View = 2;

    /// <summary>The generator of the noise. The caller disposes it.</summary>
    public Generator ForNoise() => Of(Noise, 0);

    /// <summary>The generator of what the discriminators see of a part of the members. The caller disposes it.</summary>
    public Generator ForView(int part) => Of(View, part);

    private Generator Of(ulong purpose, int part) =>
        new(new RandomState(seed, (ulong)step, (ulong)update, purpose, (ulong)part).NextUInt64() >> 1);
}
