namespace Deep.Benchmarks;

/// <summary>A network that takes one fixed batch of pictures and gives logits.</summary>
internal interface ISubject : IDisposable
{
    string Name { get; }

    /// <summary>Runs once and returns the logits, row by row.</summary>
    float[] Run();
}
