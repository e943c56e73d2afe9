using Deep.Checkpoints.Zip;

namespace Deep.Checkpoints.Torch;

/// <summary>A storage class, such as <c>torch.FloatStorage</c>; the untyped ones have no element type.</summary>
internal sealed record TorchStorageClass(TorchType? Type);

/// <summary>A block of elements that tensors are views into.</summary>
internal sealed record TorchStorage(TorchType Type, long Elements, ZipEntry Entry);

/// <summary>A view into a storage, sizes and strides in elements, all of it inside.</summary>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>Whether it was saved as a Parameter, which may carry attributes.</summary>
    public bool IsParameter { get; init; }
}
