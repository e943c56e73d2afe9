using static TorchSharp.torch;

namespace Deep.Nowcast;

/// <summary>Blocks by number, as PyTorch's lists of modules name them.</summary>
internal sealed class DBlockList : nn.Module
{
    public DBlockList(IReadOnlyList<DBlock> blocks)
        : base(nameof(DBlockList))
    {
        for (var index = 0; index < blocks.Count; index++)
        {
            register_module(index.ToString(System.Globalization.CultureInfo.InvariantCulture), blocks[index]);
        }
    }

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }
}
