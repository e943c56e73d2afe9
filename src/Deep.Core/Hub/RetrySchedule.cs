using System.Globalization;

namespace Deep.Hub;

/// <summary>Counts failures and pauses between attempts: exponential back-off, or what the server asks for.</summary>
internal sealed class RetrySchedule
{
    private readonly HubOptions _options;
    private readonly Action<string> _retrying;
    private int _failures;

    /// <param name="options">Attempts, pauses and clock.</param>
    /// <param name="retrying">Called before each pause with what broke and how long the pause is.</param>
    internal RetrySchedule(HubOptions options, Action<string> retrying)
    {
        _options = options;
        _retrying = retrying;
    }

    /// <summary>An attempt got somewhere: the next failure counts as the first.</summary>
    internal void Progressed() => _failures = 0;

    /// <summary>Pauses before the next attempt.</summary>
    /// <exception cref="HubException">The failure will not heal, was the last, or wants too long a pause.</exception>
    internal async Task PauseAsync(HubException failure, CancellationToken cancellation)
    {
        _failures++;
        if (!failure.IsTransient)
        {
            throw failure;
        }

        if (_failures >= _options.Attempts)
        {
            throw GiveUp(failure, $"gave up after {_options.Attempts} attempts");
        }

        TimeSpan wait = failure.RetryAfter ?? BackOff();
        string seconds = wait.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
        if (wait > _options.LongestWait)
        {
            throw GiveUp(failure, $"the hub asks to wait {seconds} s, try again then");
        }

        _retrying($"{failure.Message} Next attempt in {seconds} s.");
        await Task.Delay(wait, _options.Time, cancellation).ConfigureAwait(false);
    }

    private TimeSpan BackOff()
    {
        double factor = Math.Pow(2, Math.Min(_failures - 1, 30));
        return TimeSpan.FromTicks((long)Math.Min(_options.FirstWait.Ticks * factor, _options.LongestWait.Ticks));
    }

    private static HubException GiveUp(HubException failure, string end) =>
        new(failure.Failure, $"{failure.Message.TrimEnd('.')} ({end}).", failure.Status, failure);
}
