using Deep.Tensors;

namespace Deep.Nowcast;

/// <summary>How a <see cref="NowcastModel"/> loads and computes.</summary>
public sealed class NowcastModelOptions
{
    /// <summary>The checkpoint's path: a file or a folder. Required for <c>AddNowcast</c>.</summary>
    public string? Model { get; set; }

    /// <summary>What to build; null, the default: what the checkpoint says.</summary>
    public DgmrConfig? Config { get; set; }

    /// <summary>"cpu", "cuda", "cuda:N" or "auto" (the first GPU that is there, else the CPU). Default "auto".</summary>
    public string Device { get; set; } = "auto";

    /// <summary>What to compute in. Default 32-bit floats; see <see cref="InferenceOptions.Precision"/>.</summary>
    public Precision Precision { get; set; } = Precision.Float32;

    /// <summary>Bytes for intermediate maps, 16 MiB or more. Default 1 GiB; see
    /// <see cref="InferenceOptions.WorkingMemory"/>.</summary>
    public long WorkingMemory { get; set; } = 1L << 30;

    /// <summary>The forecaster's name in tables. Default "dgmr".</summary>
    public string Name { get; set; } = "dgmr";

    /// <summary>
    /// The cadence that the network was trained for; observations of another are refused, since it would forecast the wrong
    /// speed. Null: any. Default 5 minutes (the paper's data).
    /// </summary>
    public TimeSpan? Cadence { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Members that are computed together, 1 to 100. Default 1: then a member is the same to the last bit however many are
    /// asked for. More is faster on a GPU.
    /// </summary>
    public int MembersAtOnce { get; set; } = 1;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public void Validate()
    {
        Config?.Validate();
        Require.That(!string.IsNullOrWhiteSpace(Device), "NowcastModelOptions.Device", "cpu, cuda, cuda:N or auto", $"'{Device}'");
        Require.That(Enum.IsDefined(Precision), "NowcastModelOptions.Precision", "a precision of the enumeration", Precision);
        Require.That(WorkingMemory >= 1L << 24, "NowcastModelOptions.WorkingMemory", "16 MiB or more", WorkingMemory);
        Require.That(!string.IsNullOrWhiteSpace(Name), "NowcastModelOptions.Name", "a name", $"'{Name}'");
        Require.That(Cadence is null || Cadence > TimeSpan.Zero, "NowcastModelOptions.Cadence", "above 0, or null for any", Cadence);
        Require.That(MembersAtOnce is >= 1 and <= 100, "NowcastModelOptions.MembersAtOnce", "1 to 100", MembersAtOnce);
    }

    /// <summary>These options as they are now.</summary>
    internal NowcastModelOptions Copy() => (NowcastModelOptions)MemberwiseClone();
}
