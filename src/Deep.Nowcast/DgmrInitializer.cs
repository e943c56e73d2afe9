using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

/// <summary>Fresh weights of generator and discriminators, from torch's generator.</summary>
/// <remarks>Norms start as 1 and 0, attention's gain as 0; u and v of spectral norms make 15 power iterations, as PyTorch's do.</remarks>
internal static class DgmrInitializer
{
    // The standard deviation of a standard normal variable that is cut at two.
    private const double CutDeviation = 0.87962566103423978;

    /// <summary>Draws every weight of a network.</summary>
    public static void Initialize(nn.Module network, DgmrInitialization kind)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var module in network.modules())
        {
            switch (module)
            {
                case SpectralConv conv:
                    Fill(conv.Norm.Original, conv.Bias, kind, orthogonal: true);
                    conv.Norm.InitializeVectors();
                    break;
                case SpectralLinear linear:
                    Fill(linear.Norm.Original, linear.Bias, kind, orthogonal: true);
                    linear.Norm.InitializeVectors();
                    break;
                case PlainConv { OutputChannels: > 0 } conv:
                    Fill(conv.Weight, conv.Bias, kind, orthogonal: false);
                    break;
                default:
                    break;
            }
        }
    }

    private static void Fill(Parameter weight, Parameter? bias, DgmrInitialization kind, bool orthogonal)
    {
        var fanIn = weight.numel() / (double)weight.shape[0];
        if (kind == DgmrInitialization.Uniform)
        {
            var bound = 1 / Math.Sqrt(fanIn);
            init.uniform_(weight, -bound, bound);
            if (bias is not null)
            {
                init.uniform_(bias, -bound, bound);
            }

            return;
        }

        if (orthogonal)
        {
            Orthogonal(weight);
        }
        else
        {
            TruncatedNormal.FillInPlace(weight, 1 / Math.Sqrt(fanIn) / CutDeviation);
        }

        if (bias is not null)
        {
            init.zeros_(bias);
        }
    }

    // Rows, or columns where there are more rows than columns, of length one and perpendicular to each other.
    private static void Orthogonal(Tensor weight)
    {
        using var scope = NewDisposeScope();
        var (rows, columns) = (weight.shape[0], weight.numel() / weight.shape[0]);
        var normal = randn(Math.Max(rows, columns), Math.Min(rows, columns), device: weight.device);
        var (q, r) = linalg.qr(normal);
        q = q.mul(r.diagonal().sign());
        weight.copy_((rows < columns ? q.t() : q).reshape(weight.shape));
    }
}
