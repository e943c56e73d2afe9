namespace Deep.Cli.Training.Perceivers;

/// <summary>How a task of <c>deep perceiver train</c> is trained where the command line does not say.</summary>
/// <param name="Steps">Updates.</param>
/// <param name="Batch">Items of a step.</param>
/// <param name="Rate">The highest learning rate.</param>
internal sealed record PerceiverTaskDefaults(int Steps, int Batch, double Rate)
{
    /// <summary>Digits by their labels.</summary>
    public const string Digits = "digits";

    /// <summary>Point clouds by the mesh that they are from.</summary>
    public const string Points = "points";

    /// <summary>Digits and labels through one latent array.</summary>
    public const string Autoencode = "autoencode";

    /// <summary>Masked bytes.</summary>
    public const string Text = "text";

    /// <summary>Optical flow of known motions.</summary>
    public const string Flow = "flow";

    private static readonly Dictionary<string, PerceiverTaskDefaults> Tasks = new()
    {
        [Digits] = new(500, 64, 2e-3),
        [Points] = new(300, 16, 1e-3),
        [Autoencode] = new(2000, 64, 2e-3),
        [Text] = new(5000, 16, 1e-3),
        [Flow] = new(5000, 8, 5e-4),
    };

    /// <summary>The names of the tasks.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Tasks.Keys];

    /// <summary>Those of a task; of no task where there is none of that name.</summary>
    public static PerceiverTaskDefaults Of(string task) => Tasks.GetValueOrDefault(task, new(1, 1, 1));
}
