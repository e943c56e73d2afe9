namespace Deep.Training;

/// <summary>Which parts of a tensor are clipped as one unit; the two public implementations differ.</summary>
public enum ClippingUnits
{
    /// <summary>
    /// A tensor with at most one dimension longer than 1 is one unit, so a gain of shape [O, 1, 1, 1] is clipped as a
    /// whole; in any other tensor each row along the first axis, all that feeds one output, is a unit
    /// (deepmind-research, nfnets/optim.py).
    /// </summary>
    DeepMind,

    /// <summary>
    /// A scalar or a vector is one unit; in any other tensor each row along the first axis is, so a gain of shape [O,
    /// 1, 1, 1] is clipped element by element (pytorch-image-models, timm/utils/agc.py).
    /// </summary>
    Timm,
}
