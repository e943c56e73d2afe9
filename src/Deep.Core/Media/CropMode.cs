namespace Deep.Media;

/// <summary>
/// How <see cref="EvaluationTransform"/> brings a picture of any shape to the size of a model's input.
/// </summary>
public enum CropMode
{
    /// <summary>
    /// The shorter side is scaled to the target, then the centre is cut out: the aspect ratio stays, the ends are lost.
    /// </summary>
    Center,

    /// <summary>
    /// Each side is scaled to the target on its own, then the centre is cut out: nothing but a rim is lost, the aspect
    /// ratio is.
    /// </summary>
    Squash,

    /// <summary>
    /// The longer side is scaled to the target and the rest is filled with the mean colour: aspect ratio and ends stay.
    /// </summary>
    Border,
}
