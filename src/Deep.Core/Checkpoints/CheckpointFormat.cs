namespace Deep.Checkpoints;

/// <summary>The kinds of checkpoint file that can be written; see <see cref="Checkpoint.Save"/>.</summary>
public enum CheckpointFormat
{
    /// <summary>safetensors, with metadata (<c>.safetensors</c>).</summary>
    SafeTensors,

    /// <summary>
    /// A PyTorch zip archive that <c>torch.load</c> opens as a dictionary of tensors (<c>.pth</c>, <c>.pt</c>,
    /// <c>.bin</c>).
    /// </summary>
    Torch,

    /// <summary>A NumPy archive of one array a name (<c>.npz</c>).</summary>
    NumPy,

    /// <summary>
    /// A pickle of module → parameter → array, as DeepMind publishes Haiku models (<c>.pkl</c>, <c>.pickle</c>).
    /// </summary>
    Haiku,
}
