namespace Deep.Cli;

/// <summary>The exit codes of the tool.</summary>
internal static class ExitCode
{
    /// <summary>All that was asked for was done.</summary>
    public const int Success = 0;

    /// <summary>Something of ours failed that no wrong input explains.</summary>
    public const int Failure = 1;

    /// <summary>A wrong file, model, size or option.</summary>
    public const int WrongInput = 2;

    /// <summary>Stopped by Ctrl-C or a termination request: 128 + SIGINT, as shells have it.</summary>
    public const int Cancelled = 130;
}
