using Deep.Nn;
using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

// M members, K steps of a pass, S state and L latent channels, C channels, H x W pixels

/// <summary>The sampler with frozen weights. It unrolls any number of steps at a time and goes on where it stopped.</summary>
internal sealed class FrozenSampler : IDisposable
{
    // Pixels of a level that go through its blocks at a time: many images where weights are what takes time, one where maps are.
    private const long PixelsAtATime = 8192;
    private readonly FrozenConvGru[] units;
    private readonly FrozenLevel[] levels;
    private readonly FrozenActivation exit;
    private readonly FrozenConvolution output;
    private readonly ScalarType type;

    public FrozenSampler(Sampler sampler, Precision precision)
    {
        units = [.. sampler.Levels.Select(level => new FrozenConvGru(level.Gru.Cell, precision))];
        levels = [.. sampler.Levels.Select(level => new FrozenLevel(level, precision))];
        exit = new FrozenActivation(sampler.Norm);
        output = Fold.Convolution(sampler.Output, Precision.Float32);
        type = precision.ToScalarType();
    }

    /// <summary>Starts a forecast of some members.</summary>
    /// <param name="latent">[M, L, H / 32, W / 32], 32-bit floats.</param>
    /// <param name="states">From the conditioning stack, the finest first, [M, ...]; copied.</param>
    /// <returns>Where the recurrence stands. The caller disposes it.</returns>
    public SamplerState Start(Tensor latent, IReadOnlyList<Tensor> states)
    {
        using var scope = NewDisposeScope();
        using var narrow = ChannelsLast.Of(latent.to_type(type));
        var (gates, candidate) = units[0].OfInput(narrow);
        return new SamplerState(
            gates.DetachFromDisposeScope(), candidate.DetachFromDisposeScope(),
            [.. states.Reverse().Select(state => state.permute(0, 2, 3, 1).clone().permute(0, 3, 1, 2).DetachFromDisposeScope())]);
    }

    /// <summary>The next steps.</summary>
    /// <param name="state">Where the recurrence stands; moved on.</param>
    /// <param name="steps">K.</param>
    /// <param name="cancellation">Asked between steps and images.</param>
    /// <returns>[K, M, C, H, W], 32-bit floats, not clamped. The caller disposes it.</returns>
    public Tensor Next(SamplerState state, int steps, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var members = state.Levels[0].shape[0];
        Tensor? x = null;
        for (var level = 0; level < 4; level++)
        {
            using var levelScope = NewDisposeScope();
            var (gates, candidate) = x is null ? (state.Gates, state.Candidate) : units[level].OfInput(x);
            x?.Dispose();
            var unrolled = units[level].Unroll(gates, candidate, x is null, ref state.Levels[level], steps, cancellation);
            if (x is not null)
            {
                gates.Dispose();
                candidate.Dispose();
            }

            x = Images(unrolled, level, cancellation).MoveToOuterDisposeScope();
        }

        return x!.unflatten(0, [steps, members]).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var unit in units)
        {
            unit.Dispose();
        }

        foreach (var level in levels)
        {
            level.Dispose();
        }

        exit.Dispose();
        output.Dispose();
    }

    private Tensor Images(Tensor states, int level, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var atATime = Math.Max(1, PixelsAtATime / (states.shape[2] * states.shape[3]));
        var done = new List<Tensor>();
        for (long first = 0; first < states.shape[0]; first += atATime)
        {
            cancellation.ThrowIfCancellationRequested();
            using var part = NewDisposeScope();
            var images = levels[level].Forward(states.narrow(0, first, Math.Min(atATime, states.shape[0] - first)));
            done.Add((level < 3 ? images : Frames(images)).MoveToOuterDisposeScope());
        }

        return (done.Count == 1 ? done[0] : cat(done, 0)).MoveToOuterDisposeScope();
    }

    private Tensor Frames(Tensor x)
    {
        using var scope = NewDisposeScope();
        return functional.pixel_shuffle(output.Forward(exit.Apply(x.to_type(ScalarType.Float32))), 2).contiguous().MoveToOuterDisposeScope();
    }
}
