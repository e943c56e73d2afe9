using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nowcast;

// B contexts, M members, T frames, C channels, H x W pixels, Z noise channels

/// <summary>DGMR's generator, frozen for forecasting: the numbers of <see cref="Dgmr"/> in eval mode, for frames of any size, several times as fast.</summary>
/// <remarks>
/// Members share the conditioning stack. Gates are split into what the input gives, at once for all steps of a pass, and what the state
/// gives. Frames of any size take bounded memory: a pass is as many members and steps as <see cref="InferenceOptions.WorkingMemory"/>
/// holds, and the recurrent states go on from pass to pass, so that no result depends on it beyond rounding and there are no seams.
/// Safe to call from many threads. Dispose it to free its weights.
/// </remarks>
public sealed class InferenceDgmr : IDisposable
{
    // Below so many latent pixels, a convolution of the coarsest level reads its weights longer than it multiplies with them.
    private const long LatentPixelsAtATime = 2048;
    private readonly FrozenConditioning conditioning;
    private readonly FrozenLatent latents;
    private readonly FrozenSampler sampler;
    private readonly Device device;

    internal InferenceDgmr(Dgmr generator, InferenceOptions options)
    {
        options.Validate();
        (Config, Options, device) = (generator.Config, options, generator.Sampler.Norm.Weight.device);
        Precisions.Require(options.Precision, device);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        conditioning = new FrozenConditioning(generator.Conditioning, Config.FrameOrder);
        latents = new FrozenLatent(generator.Latent);
        sampler = new FrozenSampler(generator.Sampler, options.Precision);
    }

    /// <summary>What the generator was built from.</summary>
    public DgmrConfig Config { get; }

    /// <summary>How it was frozen.</summary>
    public InferenceOptions Options { get; }

    /// <summary>Noise for frames of a size, one field for each member, for the whole frame.</summary>
    /// <param name="members">M.</param>
    /// <param name="height">H, 1 or more.</param>
    /// <param name="width">W, 1 or more.</param>
    /// <param name="generator">Where the numbers come from; null: torch's own.</param>
    /// <param name="scale">The standard deviation; the paper's calibrated variant uses 2. Default 1.</param>
    /// <returns>[M, Z, H / 32, W / 32], sides rounded up. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException">A number is out of range.</exception>
    public Tensor Noise(int members, long height, long width, Generator? generator = null, double scale = 1)
    {
        Require.That(members >= 1, nameof(members), "1 or more", members);
        Require.That(height >= 1, nameof(height), "1 or more", height);
        Require.That(width >= 1, nameof(width), "1 or more", width);
        Require.That(double.IsFinite(scale) && scale >= 0, nameof(scale), "finite and not negative", scale);
        using var scope = NewDisposeScope();
        long[] sizes = [members, Config.NoiseChannels, FrameBorder.Up(height) / DgmrConfig.LatentStride, FrameBorder.Up(width) / DgmrConfig.LatentStride];
        return randn(sizes, dtype: ScalarType.Float32, device: CPU, generator: generator).Times(scale).to(device).MoveToOuterDisposeScope();
    }

    /// <summary>One possible future for each noise field.</summary>
    /// <param name="context">
    /// [T, C, H, W] in mm/h, the newest last, or [M, T, C, H, W] where each member has its own; any height and width. NaN where nothing was
    /// observed: dry to the network. Rates below zero count as zero. Sides that are no multiples of 32 are reflected at the bottom and at
    /// the right, and the forecast is cut back.
    /// </param>
    /// <param name="noise">[M, Z, H / 32, W / 32], sides rounded up, from <see cref="Noise"/>.</param>
    /// <param name="steps">Frames, 1 or more; beyond those trained, the recurrence goes on. Null: those of <see cref="Config"/>.</param>
    /// <param name="progress">Told after each pass how many steps of all members are done; null: nobody.</param>
    /// <param name="cancellation">Ends it early, within a step.</param>
    /// <returns>
    /// [M, steps, C, H, W] in mm/h, 32-bit floats, none below 0, NaN where the newest frame has none. The caller disposes it.
    /// </returns>
    /// <exception cref="ShapeException">A shape differs, or a rate is infinite.</exception>
    /// <exception cref="ConfigurationException"><paramref name="steps"/> is below one.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Tensor Forecast(
        Tensor context, Tensor noise, int? steps = null, IProgress<NowcastProgress>? progress = null, CancellationToken cancellation = default)
    {
        var leads = steps ?? Config.ForecastSteps;
        var (height, width) = Check(context, noise, leads);
        cancellation.ThrowIfCancellationRequested();
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var members = (int)noise.shape[0];
        var (frames, missing) = FrameBorder.Prepare(context.dim() == 4 ? context.unsqueeze(0) : context);
        var forecast = empty([members, leads, Config.InputChannels, height, width], ScalarType.Float32, device);
        var states = context.dim() == 4 || members == 1 ? conditioning.Forward(frames) : null;
        var pass = Pass.Of(Config, Options.WorkingMemory, members, leads, frames.shape[3] * frames.shape[4]);
        for (var first = 0; first < members; first += pass.Members)
        {
            using var passScope = NewDisposeScope();
            var count = Math.Min(pass.Members, members - first);
            var own = states ?? conditioning.Forward(frames.narrow(0, first, count));
            using var state = sampler.Start(
                latents.Forward(noise.narrow(0, first, count).to_type(ScalarType.Float32)),
                [.. own.Select(map => map.expand(count, -1, -1, -1))]);
            for (var step = 0; step < leads; step += pass.Steps)
            {
                using var stepScope = NewDisposeScope();
                var next = Math.Min(pass.Steps, leads - step);
                var rain = sampler.Next(state, next, cancellation).narrow(3, 0, height).narrow(4, 0, width).transpose(0, 1);
                forecast.narrow(0, first, count).narrow(1, step, next).copy_(rain);
                progress?.Report(new NowcastProgress((first * leads) + (count * (step + next)), members * leads, "members"));
            }
        }

        using Scalar dry = 0;
        forecast.clamp_min_(dry);
        if (missing is not null)
        {
            using Scalar unknown = float.NaN;
            forecast.masked_fill_(missing, unknown);
        }

        return forecast.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        conditioning.Dispose();
        latents.Dispose();
        sampler.Dispose();
    }

    private (long Height, long Width) Check(Tensor context, Tensor noise, int steps)
    {
        ArgumentNullException.ThrowIfNull(context);
        Require.That(steps >= 1, nameof(steps), "1 or more", steps);
        var fields = Shapes.Require(noise, [Shapes.Any, Config.NoiseChannels, Shapes.Any, Shapes.Any], "[members, noise channels, height / 32, width / 32]");
        Shapes.RequireFloat(noise);
        var isShared = context.dim() == 4;
        var sizes = isShared
            ? Shapes.Require(context, [Config.ContextFrames, Config.InputChannels, Shapes.Any, Shapes.Any], "[time, channels, height, width]")
            : Shapes.Require(context, [fields[0], Config.ContextFrames, Config.InputChannels, Shapes.Any, Shapes.Any], "[members, time, channels, height, width]");
        Shapes.RequireFloat(context);
        var (height, width) = (sizes[^2], sizes[^1]);
        if (fields[0] < 1 || height < 1 || width < 1)
        {
            throw new ShapeException($"A forecast needs a member and a pixel or more, but got {fields[0]} members of {height} x {width}.");
        }

        Shapes.Require(
            noise, [fields[0], Config.NoiseChannels, FrameBorder.Up(height) / DgmrConfig.LatentStride, FrameBorder.Up(width) / DgmrConfig.LatentStride],
            "[members, noise channels, height / 32, width / 32], sides rounded up");
        return context.device_type == device.type && noise.device_type == device.type
            ? (height, width)
            : throw new ShapeException($"The generator is on {device}, but context and noise are on {context.device} and {noise.device}.");
    }

    /// <summary>How many members and steps are computed at a time.</summary>
    private readonly record struct Pass(int Members, int Steps)
    {
        public static Pass Of(DgmrConfig config, long memory, int members, int steps, long pixels)
        {
            // Of one step of one member: the finest level's input, what it gives to gates and candidate, the states, and the frame.
            var bytes = 4 * pixels * ((config.LatentChannels / 8) + (6 * config.ContextChannels / 8) + (16 * config.InputChannels)) / 16;
            var units = Math.Max(1, memory / Math.Max(1, bytes));
            var enough = Math.Max(1, LatentPixelsAtATime * DgmrConfig.LatentStride * DgmrConfig.LatentStride / pixels);
            var atATime = Even(members, (int)Math.Min(Math.Min(units, enough), members));
            return new Pass(atATime, Even(steps, (int)Math.Clamp(units / atATime, 1, steps)));
        }

        // Passes of equal size where that takes no more of them: each new size is a new layout to pack weights for.
        private static int Even(int total, int most)
        {
            var passes = (total + most - 1) / most;
            return (total + passes - 1) / passes;
        }
    }
}
