using Deep.Media;
using Deep.Nowcast;

namespace Deep.Tests.Nowcast.Radar;

public sealed class RadarSequenceTests
{
    [Fact]
    public void Frames_are_sorted_and_their_step_is_found()
    {
        var sequence = new RadarSequence([Fields.Rate(10, 3), Fields.Rate(0, 1), Fields.Rate(5, 2)]);
        Assert.Equal([1, 2, 3], sequence.Fields.Select(field => field.Values[0]));
        Assert.Equal(TimeSpan.FromMinutes(5), sequence.Cadence);
        Assert.Equal(Fields.Noon.AddMinutes(10), sequence.End);
    }

    [Fact]
    public void A_gap_is_reported_with_both_files_and_their_times()
    {
        var error = Assert.Throws<MediaException>(() => new RadarSequence(
            [Fields.Rate(0, 1), Fields.Rate(5, 1), Fields.Rate(15, 1), Fields.Rate(20, 1), Fields.Rate(25, 1)]));
        Assert.Contains("5.h5", error.Message, StringComparison.Ordinal);
        Assert.Contains("15.h5", error.Message, StringComparison.Ordinal);
        Assert.Contains("12:15:00", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_frames_of_one_time_are_reported_with_both_files()
    {
        var twin = new RadarField([1], RadarGrid.Plain(1, 1), RadarUnit.RainRate, Fields.Noon, source: "copy.h5");
        var error = Assert.Throws<MediaException>(() => new RadarSequence([Fields.Rate(0, 1), twin, Fields.Rate(5, 1)]));
        Assert.Contains("copy.h5", error.Message, StringComparison.Ordinal);
        Assert.Contains("0.h5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_size_and_another_projection_are_reported_with_the_file()
    {
        var size = Assert.Throws<MediaException>(() => new RadarSequence([Fields.Rate(0, 1), Fields.Rate(5, 1, 2)]));
        Assert.StartsWith("5.h5", size.Message, StringComparison.Ordinal);
        var grid = RadarGrid.Plain(1, 1) with { Projection = "+proj=merc" };
        var other = new RadarField([1], grid, RadarUnit.RainRate, Fields.Noon.AddMinutes(5), source: "merc.h5");
        Assert.Contains(
            "merc.h5", Assert.Throws<MediaException>(() => new RadarSequence([Fields.Rate(0, 1), other])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void No_frame_at_all_is_refused()
    {
        Assert.Throws<MediaException>(() => new RadarSequence([]));
        Assert.Throws<MediaException>(() => RadarSequence.Read([]));
    }

    [Fact]
    public void Absurd_rates_are_clipped_at_the_limit_of_the_paper_and_frames_without_observation_stay()
    {
        var sequence = new RadarSequence([Fields.Rate(0, 1205, 3), Fields.Rate(5, float.NaN, float.NaN)]);
        Assert.Equal([128, 3], sequence.Fields[0].Values);
        Assert.Equal(2, sequence.Fields[1].Missing);
        var all = new RadarSequence([Fields.Rate(0, 1205)], options: new() { MaxRainRate = double.PositiveInfinity });
        Assert.Equal(1205, all.Fields[0].Values[0]);
    }

    [Fact]
    public void A_slice_of_one_frame_keeps_the_step()
    {
        var sequence = new RadarSequence([Fields.Rate(0, 1), Fields.Rate(6, 2)]);
        Assert.Equal(TimeSpan.FromMinutes(6), sequence.Slice(1, 1).Cadence);
        Assert.Throws<ShapeException>(() => sequence.Slice(1, 2));
    }

    [SharedFact]
    public void The_last_four_of_a_folder_are_the_latest_by_time_in_whatever_order_they_come()
    {
        var files = Directory.GetFiles(SharedData.At("data", "nowcast", "knmi")).Order(StringComparer.Ordinal).Take(12).Reverse();
        var sequence = RadarSequence.Read(files, last: 4);
        Assert.Equal(4, sequence.Count);
        Assert.Equal(new DateTimeOffset(2010, 8, 26, 0, 55, 0, TimeSpan.Zero), sequence.End);
        Assert.Equal(TimeSpan.FromMinutes(5), sequence.Cadence);
        Assert.Throws<MediaException>(() => RadarSequence.Read(files.Take(3), last: 4));
    }

    [SharedFact]
    public void A_file_that_is_missing_between_others_is_reported_or_parts_the_runs()
    {
        string[] files = [.. Directory.GetFiles(SharedData.At("data", "nowcast", "bom")).Order(StringComparer.Ordinal).Take(7)];
        string[] gapped = [.. files[..3], .. files[4..]];
        var error = Assert.Throws<MediaException>(() => RadarSequence.Read(gapped));
        Assert.Contains(Path.GetFileName(files[4]), error.Message, StringComparison.Ordinal);
        var runs = RadarSequence.ReadRuns(gapped);
        Assert.Equal([3, 3], runs.Select(run => run.Count));
        Assert.All(runs, run => Assert.Equal(TimeSpan.FromMinutes(6), run.Cadence));
        Assert.Throws<MediaException>(() => RadarSequence.Read([.. files, files[0]]));
    }

    [SharedFact]
    public void Files_of_two_radars_are_not_one_sequence()
    {
        var knmi = Directory.GetFiles(SharedData.At("data", "nowcast", "knmi"))[0];
        var bom = Directory.GetFiles(SharedData.At("data", "nowcast", "bom"))[0];
        Assert.Throws<MediaException>(() => RadarSequence.Read([knmi, bom]));
    }
}
