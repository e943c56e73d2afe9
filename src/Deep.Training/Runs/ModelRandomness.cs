using static TorchSharp.torch;

namespace Deep.Training;

/// <summary>The model's own draws (dropout, stochastic depth): torch's generators, seeded anew for each step.</summary>
internal static class ModelRandomness
{
    public static void Seed(ulong seed, long step) => Seed(new RandomState(seed, (ulong)RandomStream.Model, (ulong)step));

    public static void Seed(ulong seed, long step, int part) =>
        Seed(new RandomState(seed, (ulong)RandomStream.Model, (ulong)step, (ulong)part));

    public static string Save()
    {
        using var state = get_rng_state();
        return Convert.ToBase64String(state.bytes);
    }

    /// <summary>Whether a text is of the form that <see cref="Save"/> gives.</summary>
    public static bool IsState(string? saved)
    {
        using var state = get_rng_state();
        var bytes = new byte[state.numel()];
        return Convert.TryFromBase64String(saved ?? "", bytes, out var count) && count == bytes.Length;
    }

    public static void Load(string saved)
    {
        using var state = tensor(Convert.FromBase64String(saved));
        set_rng_state(state);
    }

    private static void Seed(RandomState random) => manual_seed((long)(random.NextUInt64() >> 1)).Dispose();
}
