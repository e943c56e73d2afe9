using Deep.Cli.Reporting;

namespace Deep.Cli.Tour;

/// <summary>What a chapter may use.</summary>
/// <param name="Folder">The tour's output folder, which exists; chapters write their files into it.</param>
/// <param name="Progress">Shows the part of the chapter that is done.</param>
/// <param name="Time">The clock of all measured times.</param>
internal sealed record TourContext(string Folder, IProgressDisplay Progress, TimeProvider Time);
