using Deep.Nowcast;
using Deep.Tensors;

namespace Deep.Tests.Nowcast.Radar;

public sealed class RadarFieldTests
{
    [Fact]
    public void A_sum_of_five_minutes_becomes_twelve_times_the_rate_and_missing_stays_missing()
    {
        var field = new RadarField(
            [0, 0.5f, float.NaN], RadarGrid.Plain(1, 3), RadarUnit.Accumulation, Fields.Noon, TimeSpan.FromMinutes(5));
        Assert.Equal([0, 6, float.NaN], field.ToRainRate().Values);
    }

    [Fact]
    public void A_sum_of_unknown_interval_is_refused_with_its_source()
    {
        var field = new RadarField([1], RadarGrid.Plain(1, 1), RadarUnit.Accumulation, Fields.Noon, source: "a.gif");
        Assert.Contains("a.gif", Assert.Throws<ConfigurationException>(() => field.ToRainRate()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reflectivity_below_the_dry_limit_is_no_rain_and_the_relation_of_the_source_counts()
    {
        var field = new RadarField(
            [9.9f, 40, float.NaN], RadarGrid.Plain(1, 3), RadarUnit.Reflectivity, Fields.Noon,
            relation: ReflectivityRelation.Finland);
        var rate = field.ToRainRate();
        Assert.Equal(0, rate.Values[0]);
        Assert.Equal(12.0099, rate.Values[1], 3);
        Assert.True(float.IsNaN(rate.Values[2]));
        Assert.Equal(11.5307, field.ToRainRate(ReflectivityRelation.MarshallPalmer).Values[1], 3);
    }

    [Fact]
    public void Rate_and_reflectivity_are_inverse_where_it_rains()
    {
        var field = Fields.Rate(0, 0, 0.5f, 20);
        var back = field.ToReflectivity().ToRainRate(dryBelowDbz: -31);
        Assert.Equal(0, back.Values[0]);
        Assert.Equal(0.5, back.Values[1], 5);
        Assert.Equal(20, back.Values[2], 4);
    }

    [Fact]
    public void Negative_rain_and_infinite_values_are_no_observations_and_are_counted()
    {
        var field = Fields.Rate(0, -1f / 32, float.PositiveInfinity, 3);
        Assert.Equal([float.NaN, float.NaN, 3], field.Values);
        Assert.Equal(2, field.Rejected);
        Assert.Equal(2, field.Missing);
        var reflectivity = new RadarField([-32], RadarGrid.Plain(1, 1), RadarUnit.Reflectivity, Fields.Noon);
        Assert.Equal([-32], reflectivity.Values);
    }

    [Fact]
    public void Coarse_cells_are_means_of_what_was_observed_and_missing_where_less_than_half_was()
    {
        float[] values = [1, 3, float.NaN, 4, 5, 7, float.NaN, float.NaN];
        var field = new RadarField(values, RadarGrid.Plain(2, 4), RadarUnit.RainRate, Fields.Noon);
        var coarse = field.Coarsen(2);
        Assert.Equal([4, float.NaN], coarse.Values);
        Assert.Equal(2000, coarse.Grid.PixelWidth);
        Assert.Equal(field.Grid.Top, coarse.Grid.Top);
    }

    [Fact]
    public void A_crop_keeps_its_place_on_the_map()
    {
        var crop = Fields.Sloped(6, 8).Crop(2, 3, 3, 4);
        Assert.Equal(Fields.Sloped(6, 8)[2, 3], crop[0, 0]);
        Assert.Equal((3000, 7000, 4000, 1000), (crop.Grid.Left, crop.Grid.Right, crop.Grid.Top, crop.Grid.Bottom));
        Assert.Throws<ShapeException>(() => Fields.Sloped(6, 8).Crop(4, 0, 3, 4));
    }

    [Fact]
    public void A_field_of_wrong_length_and_a_grid_without_extent_are_refused()
    {
        Assert.Throws<ShapeException>(() => new RadarField([1, 2], RadarGrid.Plain(1, 3), RadarUnit.RainRate, Fields.Noon));
        Assert.Throws<ConfigurationException>(() => (RadarGrid.Plain(2, 2) with { Right = 0 }).Validate());
        Assert.Throws<ConfigurationException>(() => RadarGrid.Plain(0, 2));
    }

    [Fact]
    public void Tensors_of_fields_and_sequences_leave_nothing_behind()
    {
        var field = Fields.Sloped(4, 5);
        var sequence = new RadarSequence([field, Fields.Sloped(4, 5, 5)]);
        var live = new LiveTensors();
        using (var one = field.ToTensor())
        using (var all = sequence.ToTensor())
        {
            Assert.Equal([4, 5], one.shape);
            Assert.Equal([2, 1, 4, 5], all.shape);
            Assert.Equal(sequence.Fields[1].Values, RadarSequence.FromTensor(all).Fields[1].Values);
        }

        Assert.Equal(0, live.Created);
    }

    [Fact]
    public void Cells_of_degrees_have_a_length_in_kilometres()
    {
        var grid = new RadarGrid { Height = 10, Width = 10, Left = 0, Right = 1, Bottom = 59.5, Top = 60.5, UnitMetres = 0 };
        Assert.Equal(0.1 * 111.195 * 0.75, grid.PixelKilometres, 1);
        Assert.Equal(0.5, RadarGrid.Plain(4, 4, 500).PixelKilometres);
    }
}
