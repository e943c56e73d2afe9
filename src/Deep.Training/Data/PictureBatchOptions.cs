using Deep.Tensors;
using TorchSharp;

namespace Deep.Training;

/// <summary>What is done to pictures on their way into a batch.</summary>
public sealed record PictureBatchOptions
{
    /// <summary>The size of a batch and the copies of each picture in it.</summary>
    public required AugmentationMultiplicity Multiplicity { get; init; }

    /// <summary>The seed of the order, the augmentation and the mixing.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// What brings pictures to the size of the batch, before all else; null, the default, where they have one size.
    /// </summary>
    public IPictureFit? Fit { get; init; }

    /// <summary>Random changes of each picture by itself, in this order; none by default.</summary>
    public IReadOnlyList<IPictureAugmentation> Augmentations { get; init; } = [];

    /// <summary>Mixing of a batch's pictures with each other, after the augmentations; null for none.</summary>
    public Mixing? Mixing { get; init; }

    /// <summary>
    /// Random changes of each mixed picture, clipped to 0 to 255 and rounded down to bytes; none by default. The NFNet
    /// recipe has its RandAugment here (2102.06171, appendix A).
    /// </summary>
    public IReadOnlyList<IPictureAugmentation> AfterMixing { get; init; } = [];

    /// <summary>
    /// How many different pictures may be unreadable before training ends with an error, 0 or more, default 0. The
    /// place of each is taken by another picture, drawn from (seed, picture, epoch).
    /// </summary>
    public int UnreadablePictures { get; init; }

    /// <summary>The scale of the network's input; ImageNet's means and deviations by default.</summary>
    public PictureNormalization Normalization { get; init; } = PictureNormalization.ImageNet;

    /// <summary>
    /// The precision of the pictures, and so of the activations of a network that takes it; f32 by default.
    /// </summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>The device of the batches; the CPU by default.</summary>
    public torch.Device Device { get; init; } = torch.CPU;
}
