using Deep.Nowcast;
using Deep.Nowcast.Tests.Recipes;
using static TorchSharp.torch;

namespace Deep.Tests.Nowcast.Graph;

public sealed class OnePixelTests
{
    [Fact]
    public void Gradients_of_latents_of_one_pixel_do_not_hold_what_the_memory_held()
    {
        for (var round = 0; round < 40; round++)
        {
            using var scope = NewDisposeScope();
            using (NewDisposeScope())
            {
                foreach (var size in new long[] { 1, 2, 4, 9, 16, 64, 288, 1024 })
                {
                    full([size], float.NaN);
                }
            }

            using var generator = new Dgmr(SmallDgmr.Config);
            generator.forward(rand([2, 2, 1, 32, 32]), randn([2, 1, 1, 1])).square().mean().backward();
            Assert.All(generator.named_parameters(), entry => Assert.True(entry.parameter.grad?.isfinite().all().item<bool>() ?? true, entry.name));
        }
    }
}
