using Deep.Nowcast.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nowcast.Tests.Recipes;

public sealed class LossTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Discriminators_that_tell_nothing_apart_have_the_hinge_value_two()
    {
        using var scores = zeros(3, 2);
        Assert.Equal(2, HingeLoss.OfDiscriminator(scores, scores).item<float>());
        Assert.Equal(4, HingeLoss.OfDiscriminator(scores, scores, HingeForm.SumOfTwo).item<float>());
        Assert.Throws<ShapeException>(() => HingeLoss.OfGenerator(zeros(3)));
    }

    [Theory]
    [InlineData(GridCellWeight.TruncatedPlusOne, 0, 1)]
    [InlineData(GridCellWeight.TruncatedPlusOne, 30, 24)]
    [InlineData(GridCellWeight.Pseudocode, 0, 0)]
    [InlineData(GridCellWeight.Pseudocode, 30, 24)]
    [InlineData(GridCellWeight.AsPrinted, 0, 24)]
    [InlineData(GridCellWeight.AsPrinted, 30, 31)]
    [InlineData(GridCellWeight.AtLeastOne, 0.5, 1)]
    [InlineData(GridCellWeight.AtLeastOne, 5, 5)]
    public void A_cell_weighs_what_the_source_says(GridCellWeight weight, float rain, float expected) =>
        Assert.Equal(expected, new GridCellRegularizer { Weight = weight }.WeightOf(tensor(new[] { rain })).item<float>());

    [Fact]
    public void Cells_that_were_not_observed_have_no_share_in_loss_and_gradient()
    {
        using var mean = tensor(new float[] { 1, 5, 9 }).requires_grad_(true);
        var loss = new GridCellRegularizer().Of(mean, tensor(new[] { 3, float.NaN, 9 }));
        Assert.Equal(2 * 4 / 2f, loss.item<float>());
        loss.backward();
        Assert.Equal([-2f, 0, 0], mean.grad!.data<float>().ToArray());
        Assert.Equal(0, new GridCellRegularizer().Of(mean, full_like(mean, float.NaN)).item<float>());
    }

    [Fact]
    public void Losses_leave_no_tensor_behind()
    {
        using var scores = ones(2, 2);
        using var field = ones(4, 4);
        var live = new Deep.Tensors.LiveTensors();
        HingeLoss.OfDiscriminator(scores, scores).Dispose();
        HingeLoss.OfGenerator(scores).Dispose();
        new GridCellRegularizer().Of(field, field).Dispose();
        Assert.Equal(0, live.Created);
    }

    [Fact]
    public void A_setting_out_of_its_range_is_named()
    {
        Assert.Equal("GridCellRegularizer.Cap", Assert.Throws<ConfigurationException>(() => new GridCellRegularizer { Cap = 0 }.Validate()).Setting);
        Assert.Equal(
            "DgmrRecipe.MembersPerPass",
            Assert.Throws<ConfigurationException>(() => (DgmrRecipe.Paper with { MembersPerPass = 4 }).Validate()).Setting);
    }
}
