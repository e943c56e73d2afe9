using System.Runtime.CompilerServices;
using Deep.Hub;
using Deep.Tensors;

namespace Deep.Perceivers;

/// <summary>What the ready-made uses of a Perceiver have in common: which model, and how it computes.</summary>
public abstract class PerceiverOptions
{
    private protected PerceiverOptions()
    {
    }

    /// <summary>
    /// The model: a checkpoint's path, <c>hf:owner/name[@revision]</c>, or a variant with published weights. Required for
    /// <c>AddPerceiver</c>.
    /// </summary>
    public string? Model { get; set; }

    /// <summary>What to build; null, the default: what the checkpoint says.</summary>
    public PerceiverConfig? Config { get; set; }

    /// <summary>
    /// "cpu", "cuda", "cuda:N" or "auto" (the first GPU that is there, else the CPU). Default "auto".
    /// </summary>
    public string Device { get; set; } = "auto";

    /// <summary>What to compute in. Default 32-bit floats.</summary>
    public Precision Precision { get; set; } = Precision.Float32;

    /// <summary>Where models from the hub are kept; null, the default: as the Hugging Face tools do.</summary>
    public HubOptions? Hub { get; set; }

    /// <summary>Told of downloads; null, the default: nobody.</summary>
    public IProgress<HubProgress>? Progress { get; set; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ConfigurationException">An option is out of its range; the message names option, range and
    /// value.</exception>
    public virtual void Validate()
    {
        Check(!string.IsNullOrWhiteSpace(Device), "cpu, cuda, cuda:N or auto", $"'{Device}'", nameof(Device));
        Check(Enum.IsDefined(Precision), "a precision of the enumeration", Precision);
        Config?.Validate();
        Hub?.Validate();
    }

    /// <summary>These options as they are now: what a caller changes later is nothing to a facade that runs.</summary>
    internal PerceiverOptions Copy() => (PerceiverOptions)MemberwiseClone();

    internal void Check(
        bool holds, string expected, object? found, [CallerArgumentExpression(nameof(found))] string option = "") =>
        Require.That(holds, $"{GetType().Name}.{option}", expected, found);
}
