namespace Deep.Nowcast;

/// <summary>How far a forecast has come.</summary>
/// <param name="Done">Parts that are done: members, steps or tiles.</param>
/// <param name="Total">Parts in all.</param>
/// <param name="Stage">What is being computed, such as <c>motion</c> or <c>members</c>.</param>
public sealed record NowcastProgress(int Done, int Total, string Stage)
{
    /// <summary>The part that is done, 0 to 1.</summary>
    public double Fraction => Total == 0 ? 1 : (double)Done / Total;
}
