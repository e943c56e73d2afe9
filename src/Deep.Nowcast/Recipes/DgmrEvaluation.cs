using Deep.Tensors;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Nowcast.Recipes;

// B crops, K members, T frames in, S lead times, C channels, H x W cells

/// <summary>A quick look at a generator between the steps of a training: the CRPS of its members, beside persistence.</summary>
/// <remarks>The full verification is <c>NowcastVerification</c>'s.</remarks>
public static class DgmrEvaluation
{
    /// <summary>Forecasts crops that the generator was not trained on.</summary>
    /// <param name="generator">The generator, in evaluation mode.</param>
    /// <param name="crops">The crops, batch by batch; each is disposed.</param>
    /// <param name="members">Members of each forecast, 1 or more.</param>
    /// <param name="seed">The seed of the noise.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <returns>
    /// As loss the CRPS in mm/h over all observed cells and lead times; metrics <c>persistence</c>, the same of the last observed frame,
    /// <c>crps.last</c> and <c>persistence.last</c>, both at the last lead time, and <c>mean</c>, the error of the members' mean.
    /// </returns>
    /// <exception cref="ConfigurationException">There is no crop, or no member.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Evaluation Evaluate(
        Dgmr generator, IEnumerable<RadarCrops> crops, int members = 6, ulong seed = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(crops);
        Require.That(members is >= 1 and <= 1000, nameof(members), "from 1 to 1000", members);
        using var withoutGradient = no_grad();
        using var random = new Generator(new RandomState(seed).NextUInt64() >> 1);
        var names = new[] { "crps", "persistence", "mean", "crps.last", "persistence.last" };
        var sums = new double[names.Length];
        var (cells, lastCells, items) = (0.0, 0.0, 0L);
        foreach (var batch in crops)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var read = batch;
            var masked = new MaskedCrops(batch, generator.Sampler.Norm.Weight.device);
            var noise = generator.Noise(members * masked.Count, masked.Context.shape[3], masked.Context.shape[4], random);
            var forecasts = generator.Forecast(masked.Context, noise, (int)masked.Observed.shape[1]).relu().unflatten(0, [masked.Count, members]);
            var truth = masked.Observed.nan_to_num(0);
            var known = masked.Observed.isnan().logical_not().to(ScalarType.Float32);
            var (crps, last) = (Crps(forecasts, truth).mul(known), truth.shape[1] - 1);
            var persisted = masked.Context.narrow(1, masked.Context.shape[1] - 1, 1).sub(truth).abs().mul(known);
            Tensor[] errors = [crps, persisted, forecasts.mean([1]).sub(truth).abs().mul(known), crps.select(1, last), persisted.select(1, last)];
            for (var i = 0; i < errors.Length; i++)
            {
                sums[i] += errors[i].sum().item<float>();
            }

            cells += known.sum().item<float>();
            lastCells += known.select(1, last).sum().item<float>();
            items += batch.Count;
        }

        Require.That(cells > 0, nameof(crops), "one or more with observed cells", items);
        return new Evaluation(sums[0] / cells, double.NaN, items)
        {
            Metrics = names.Index().Skip(1).ToDictionary(
                one => one.Item, one => sums[one.Index] / (one.Item.EndsWith(".last", StringComparison.Ordinal) ? Math.Max(1, lastCells) : cells)),
        };
    }

    // E|X - y| - E|X - X'| / 2, the second over all pairs of members.
    private static Tensor Crps(Tensor members, Tensor truth)
    {
        var error = members.sub(truth.unsqueeze(1)).abs().mean([1]);
        var count = members.shape[1];
        var spread = zeros_like(error);
        for (var shift = 1L; shift < count; shift++)
        {
            spread.PlusInPlace(members.sub(members.roll(shift, 1)).abs().mean([1]), 1.0 / count);
        }

        return error.Plus(spread, -0.5);
    }
}
