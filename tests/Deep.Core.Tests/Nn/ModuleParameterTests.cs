using Deep.Nn;
using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Tests.Nn;

public sealed class ModuleParameterTests
{
    [Fact]
    public void It_outlives_the_scope_that_it_is_made_in_and_leaves_nothing_behind()
    {
        var live = new LiveTensors();
        TorchSharp.Modules.Parameter kept;
        using (NewDisposeScope())
        {
            kept = ModuleParameter.Of(ones(3), requiresGrad: false);
        }

        Assert.Equal([1, 1, 1], kept.data<float>().ToArray());
        Assert.False(kept.requires_grad);
        kept.Dispose();
        Assert.Equal(0, live.Created);
    }
}
