using System.IO.Compression;
using System.Text;
using Deep.Nn;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tensors;

/// <summary>
/// Operators whose arguments the C interface has no encoding for (strings, lists of optional numbers), called through a TorchScript archive.
/// </summary>
/// <remarks>
/// The archive is a zip made in memory from the constant text below and loaded once. It is loaded only after one of its operators has been
/// seen to exist: an unknown name in it would end the process. Safe to call from many threads; about 50 microseconds a call.
/// </remarks>
internal sealed class OperatorArchive
{
    private static readonly Lazy<OperatorArchive?> Loaded = new(Load);

    // Method, attribute and algorithm of oneDNN's fused activations (fusion_unary_attr_map in ATen/native/mkldnn/Utils.cpp).
    private static readonly Dictionary<FusedActivation, (string Method, string Attribute, string? Algorithm)> Linears = new()
    {
        [FusedActivation.None] = ("linear", "none", null),
        [FusedActivation.Relu] = ("linear_relu", "relu", null),
        [FusedActivation.Gelu] = ("linear_gelu", "gelu", "none"),
        [FusedActivation.GeluTanh] = ("linear_gelu_tanh", "gelu", "tanh"),
        [FusedActivation.Silu] = ("linear_silu", "swish", null),
        [FusedActivation.Sigmoid] = ("linear_sigmoid", "sigmoid", null),
        [FusedActivation.Tanh] = ("linear_tanh", "tanh", null),
    };

    private readonly jit.ScriptModule module;

    private OperatorArchive(jit.ScriptModule module) => this.module = module;

    /// <summary>The archive, or null where it cannot be used: callers keep a plain path.</summary>
    public static OperatorArchive? Instance => Loaded.Value;

    /// <summary>Brings the weights of a fully connected layer into oneDNN's layout.</summary>
    /// <param name="weight">[O, I], contiguous.</param>
    /// <returns>An opaque tensor. The caller disposes it.</returns>
    public Tensor PackLinear(Tensor weight) => (Tensor)module.invoke("pack_linear", weight);

    /// <summary>activation(x * weight' + bias).</summary>
    /// <param name="x">[N, I].</param>
    /// <param name="packed">From <see cref="PackLinear"/>.</param>
    /// <param name="bias">[O].</param>
    /// <param name="activation">Applied to the sum.</param>
    /// <returns>[N, O]. The caller disposes it.</returns>
    public Tensor Linear(Tensor x, Tensor packed, Tensor bias, FusedActivation activation) =>
        (Tensor)module.invoke(Linears[activation].Method, x, packed, bias);

    private static OperatorArchive? Load()
    {
        if (!OneDnn.IsAvailable)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var archive = new OperatorArchive(jit.load(Zip(Code())));
        var (weight, x, bias) = (linspace(-1, 1, 12).reshape(3, 4), linspace(-2, 2, 8).reshape(2, 4), linspace(0, 1, 3));
        var found = archive.Linear(x, archive.PackLinear(weight), bias, FusedActivation.Relu);
        return found.allclose(nn.functional.relu(nn.functional.linear(x, weight, bias)), 1e-4, 1e-5) ? archive : null;
    }

    private static string Code()
    {
        var code = new StringBuilder(
            """
            class Operators(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def forward(self: __torch__.Operators, x: Tensor) -> Tensor:
                return x
              def pack_linear(self: __torch__.Operators, weight: Tensor) -> Tensor:
                return ops.mkldnn._reorder_linear_weight(weight, None)

            """);
        foreach (var (method, attribute, algorithm) in Linears.Values)
        {
            code.Append("  def ").Append(method).Append("(self: __torch__.Operators, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:\n");
            code.Append("    return ops.mkldnn._linear_pointwise(x, weight, bias, \"").Append(attribute)
                .Append("\", annotate(List[Optional[number]], []), ").Append(algorithm is null ? "None" : $"\"{algorithm}\"").Append(")\n");
        }

        return code.ToString().ReplaceLineEndings("\n");
    }

    // The four records of a TorchScript archive: the pickled module (an object with training = False), its code, no constants, a version.
    private static byte[] Zip(string code)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "data.pkl", [0x80, 2, .. "c__torch__\nOperators\n)"u8, 0x81, .. "}(X"u8, 8, 0, 0, 0, .. "training"u8, 0x89, .. "ub."u8]);
            Add(zip, "code/__torch__.py", Encoding.ASCII.GetBytes(code));
            Add(zip, "constants.pkl", [0x80, 2, .. ")."u8]);
            Add(zip, "version", [.. "3\n"u8]);
        }

        return bytes.ToArray();
    }

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        using var record = zip.CreateEntry("operators/" + name, CompressionLevel.NoCompression).Open();
        record.Write(content);
    }
}
