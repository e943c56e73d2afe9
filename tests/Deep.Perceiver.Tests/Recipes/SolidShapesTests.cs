using Deep.Perceivers.Recipes;

namespace Deep.Perceivers.Tests.Recipes;

public sealed class SolidShapesTests
{
    [Fact]
    public void There_are_ten_shapes_in_the_order_of_their_names()
    {
        var names = SolidShapes.All.Select(shape => shape.Name).ToArray();
        Assert.Equal(10, names.Distinct().Count());
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
    }

    [Fact]
    public void Each_is_a_surface_around_its_middle_from_which_points_can_be_sampled() => Assert.All(SolidShapes.All, shape =>
    {
        var cloud = shape.Mesh.Sample(256, seed: 1).Normalise();
        for (var axis = 0; axis < 3; axis++)
        {
            var places = cloud.Points.ToArray().Select(point => point[axis]).ToArray();
            Assert.True(places.Max() - places.Min() > 0.2f, $"{shape.Name} is flat along axis {axis}");
        }
    });

    [Fact]
    public void A_ball_is_round()
    {
        var points = SolidShapes.All.Single(shape => shape.Name == "ball").Mesh.Sample(256).Points.ToArray();
        Assert.All(points, point => Assert.InRange(point.Length(), 0.98f, 1.01f));
    }
}
