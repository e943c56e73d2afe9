namespace Deep.Media;

/// <summary>One horizontal bar under a picture of a <see cref="ContactSheet"/>.</summary>
/// <param name="Label">What the bar stands for, such as a class name; shortened where it does not fit.</param>
/// <param name="Fraction">How far the bar reaches, 0 to 1, such as a probability; written as a percentage.</param>
public readonly record struct ContactSheetBar(string Label, double Fraction);
