namespace Deep.Cli.Tour;

/// <summary>One family's part of the tour: it runs on what the repository ships and tells what it saw.</summary>
internal interface ITourChapter
{
    /// <summary>Short name, used as anchor in the page: letters and digits.</summary>
    string Id { get; }

    /// <summary>Heading of the chapter.</summary>
    string Title { get; }

    /// <summary>Runs the chapter.</summary>
    /// <param name="context">Where it may write files and progress.</param>
    /// <param name="cancellationToken">Stops it between two pieces of work.</param>
    /// <returns>What goes into the terminal's table and onto the page.</returns>
    ChapterReport Run(TourContext context, CancellationToken cancellationToken);
}
