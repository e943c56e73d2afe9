namespace Deep.Checkpoints;

/// <summary>
/// Counts what a file's directory makes us allocate, and refuses the file before that grows out of proportion.
/// </summary>
/// <remarks>
/// The costs are estimates on the high side for 64-bit objects; exact accounting is not needed to bound the total.
/// </remarks>
internal sealed class AllocationBudget(CheckpointBytes source, CheckpointLimits limits)
{
    private const int ObjectBytes = 40;
    private const int TensorBytes = 512;

    private readonly long most = limits.MaxDirectoryBytes + source.Length;
    private long spent;
    private int tensors;

    public CheckpointLimits Limits => limits;

    public void ChargeObject(long extraBytes = 0) => Charge(ObjectBytes + extraBytes);

    /// <summary>A string of at most this many UTF-8 bytes: as many UTF-16 units.</summary>
    public void ChargeText(long utf8Bytes) => Charge(ObjectBytes + (2 * utf8Bytes));

    public void ChargeTensor(int rank)
    {
        if (++tensors > limits.MaxTensors)
        {
            throw source.Error(null, $"holds more than {limits.MaxTensors} tensors (CheckpointLimits.MaxTensors)");
        }

        Charge(TensorBytes + (16L * rank));
    }

    public void Charge(long bytes)
    {
        spent += bytes;
        if (spent > most)
        {
            throw source.Error(null, $"its directory of names and shapes takes more than {most} bytes of memory "
                + "(CheckpointLimits.MaxDirectoryBytes)");
        }
    }
}
