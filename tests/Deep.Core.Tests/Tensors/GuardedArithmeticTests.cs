using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Tests.Tensors;

public class GuardedArithmeticTests
{
    [Fact]
    public void Every_operation_gives_its_formula()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (tensor(3f), tensor(5f));
        Assert.Equal(8, a.Plus(b).item<float>());
        Assert.Equal(3.5f, a.Plus(0.5).item<float>());
        Assert.Equal(13, a.Plus(b, 2).item<float>());
        Assert.Equal(6, a.Times(2).item<float>());
        Assert.Equal(8, a.clone().PlusInPlace(b).item<float>());
        Assert.Equal(3.5f, a.clone().PlusInPlace(0.5).item<float>());
        Assert.Equal(13, a.clone().PlusInPlace(b, 2).item<float>());
        Assert.Equal(6, a.clone().TimesInPlace(2).item<float>());
        Assert.Equal(3, a.item<float>());
    }

    [Fact]
    public void Numbers_are_right_while_the_collector_runs()
    {
        using (new BusyCollector())
        {
            using var a = ones(64);
            for (var i = 0; i < 40_000; i++)
            {
                using var scope = NewDisposeScope();
                var y = a.Times(3).Plus(a).Plus(0.5).Plus(a, 2).TimesInPlace(2).PlusInPlace(a).PlusInPlace(1).PlusInPlace(a, 4);
                Assert.Equal(19f, y[63].item<float>());
            }
        }
    }

    [Fact]
    public void Gradients_pass_through()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (tensor(3f).requires_grad_(), tensor(5f).requires_grad_());
        a.Times(2).Plus(b, 4).Plus(b).Plus(1).backward();
        Assert.Equal((2f, 5f), (a.grad!.item<float>(), b.grad!.item<float>()));
    }
}
