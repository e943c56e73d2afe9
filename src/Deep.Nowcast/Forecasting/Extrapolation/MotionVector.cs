namespace Deep.Nowcast;

/// <summary>The motion that was seen at one place.</summary>
/// <param name="X">Column of the place.</param>
/// <param name="Y">Row of the place.</param>
/// <param name="U">Pixels to the right per step.</param>
/// <param name="V">Pixels down per step.</param>
internal readonly record struct MotionVector(double X, double Y, double U, double V);
