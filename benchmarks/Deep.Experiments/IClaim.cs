namespace Deep.Experiments;

/// <summary>A claim of a paper as a set of training runs, with its tables and its figure.</summary>
internal interface IClaim<TPlan, TOutcome>
{
    /// <summary>Trains all runs, or those settings of them that this process is to do.</summary>
    /// <param name="outcome">Gives the outcome of a plan, from the file or from a run.</param>
    /// <param name="isMine">Which settings this process runs, by number.</param>
    void Run(Func<TPlan, TOutcome> outcome, Predicate<int> isMine);

    /// <summary>The tables, in Markdown, once all runs are done.</summary>
    string Tables(Func<TPlan, TOutcome> outcome);

    /// <summary>The bytes of the figure as a PNG file, once all runs are done.</summary>
    byte[] Figure(Func<TPlan, TOutcome> outcome);
}
