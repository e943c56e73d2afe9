namespace Deep.Training;

/// <summary>
/// Keeps the draws for different purposes apart, so that one more draw for one of them changes none of the others.
/// </summary>
internal enum RandomStream : ulong
{
    Order = 1,
    Augmentation = 2,
    Mixing = 3,
    Model = 4,
    AfterMixing = 11,
    Replacement = 12,
    TextShift = 21,
}
