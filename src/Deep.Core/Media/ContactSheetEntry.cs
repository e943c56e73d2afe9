namespace Deep.Media;

/// <summary>One picture of a <see cref="ContactSheet"/> and what stands under it.</summary>
/// <param name="Picture">A picture of any size; it is shown whole.</param>
/// <param name="Caption">One line, such as the file's name; shortened where it does not fit.</param>
/// <param name="Bars">The bars, best first; more than <see cref="ContactSheet.Bars"/> are left out.</param>
public sealed record ContactSheetEntry(Picture Picture, string Caption, IReadOnlyList<ContactSheetBar> Bars);
