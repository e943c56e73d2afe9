using static TorchSharp.torch;

namespace Deep.Nowcast;

/// <summary>From a discriminator's last pictures to one number each: ReLU, sum over pixels, batch norm, linear layer.</summary>
/// <param name="Norm">The norm: whole, or mean only.</param>
/// <param name="Linear">To one number.</param>
internal sealed record DiscriminatorHead(nn.Module<Tensor, Tensor> Norm, SpectralLinear Linear)
{
    public static DiscriminatorHead Of(int channels, DgmrConfig config, Device? device) => new(
        config.MeanOnlyBatchNorm
            ? new MeanOnlyBatchNorm(channels, config.BatchNormMomentum, device)
            : new BatchNorm(channels, config.BatchNormEpsilon, config.BatchNormMomentum, device),
        new SpectralLinear(channels, config.SpectralEpsilon, device));

    /// <summary>[B N, C, H, W] to the sum over N of the numbers, [B, 1].</summary>
    public Tensor Score(Tensor x, long batch)
    {
        using var scope = NewDisposeScope();
        var features = x.relu().sum([2, 3]);
        return Linear.forward(Norm.forward(features)).view(batch, -1).sum(1, keepdim: true).MoveToOuterDisposeScope();
    }
}
