using System.Text.Json;
using Deep.Media;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Perceivers;

namespace Deep.Parity.Families.Perceivers;

/// <summary>Tiles, patches and stitching of optical flow against DeepMind's notebook and krasserm's port.</summary>
/// <remarks>
/// Where a picture is one tile the peers compute it four times, so their tiles are compared with ours by place; where
/// their tiles leave the picture, with the grid that the case states beside them.
/// </remarks>
internal static class FlowPipelineCase
{
    /// <summary>Compares all grids and pipelines.</summary>
    public static void Run(ParityCase parity, CaseCheck check)
    {
        foreach (var grid in parity.Root.GetProperty("grids").EnumerateArray())
        {
            var (image, patch) = (Pair(grid.GetProperty("image")), Pair(grid.GetProperty("patch")));
            var overlap = grid.GetProperty("min_overlap").GetInt32();
            var tiles = FlowTiles.Of(image.Y, image.X, patch.Y, patch.X, overlap);
            var expected = grid.GetProperty("clamped_distinct_tiles").EnumerateArray().Select(Pair);
            check.Agree($"the grid of {image.Y} x {image.X}", Flat(expected), Flat(tiles.Corners), 0);
            if (!grid.GetProperty("peers_fail").GetBoolean())
            {
                var theirs = grid.GetProperty("tiles").EnumerateArray().Select(Pair).Distinct();
                check.Agree($"the peers' tiles of {image.Y} x {image.X}", Flat(theirs), Flat(tiles.Corners), 0);
            }
        }

        foreach (var pipeline in parity.Root.GetProperty("pipelines").EnumerateArray())
        {
            Pipeline(pipeline, check);
        }
    }

    private static void Pipeline(JsonElement pipeline, CaseCheck check)
    {
        var (height, width) = (pipeline.GetProperty("height").GetInt32(), pipeline.GetProperty("width").GetInt32());
        var patch = Pair(pipeline.GetProperty("patch"));
        var tolerance = pipeline.GetProperty("atol").GetDouble();
        var tiles = FlowTiles.Of(height, width, patch.Y, patch.X, pipeline.GetProperty("min_overlap").GetInt32());
        using var patches = FlowPatches.Of(Frame("input:frame1", width, height), Frame("input:frame2", width, height), tiles);
        var features = pipeline.GetProperty("features");
        var theirs = features.GetProperty("shape")[0].GetInt32();
        var oneTile = CaseTensors.ToNumbers(patches);
        var repeats = theirs / tiles.Corners.Count;
        Compare($"the patches of {height} x {width}", features, Repeat(oneTile, repeats), check, tolerance);

        // Tiles that the peers repeat lie one over the other: their flow is a plain mean.
        var size = patch.Y * patch.X * 2;
        var flow = FillRule.Unit("input:tile_flow", theirs * size);
        var stitched = tiles.Stitch(
            [.. Enumerable.Range(0, tiles.Corners.Count).Select(tile => Mean(flow, tile, repeats, size))],
            pipeline.GetProperty("flow_scale_factor").GetDouble());
        var interleaved = new double[2 * width * height];
        for (var pixel = 0; pixel < width * height; pixel++)
        {
            (interleaved[2 * pixel], interleaved[(2 * pixel) + 1]) = (stitched.U[pixel], stitched.V[pixel]);
        }

        Compare($"the flow of {height} x {width}", pipeline.GetProperty("stitched"), interleaved, check, tolerance);
    }

    private static void Compare(string what, JsonElement expected, double[] actual, CaseCheck check, double tolerance)
    {
        double[] values = [.. expected.GetProperty("values").EnumerateArray().Select(value => value.GetDouble())];
        int[] places = [.. expected.GetProperty("indices").EnumerateArray().Select(place => place.GetInt32())];
        check.Agree(what, values, [.. places.Select(place => actual[place])], tolerance);
        var mean = actual.Average();
        var deviation = Math.Sqrt(actual.Average(v => (v - mean) * (v - mean)));
        check.Agree($"{what}: mean and deviation",
            [expected.GetProperty("mean").GetDouble(), expected.GetProperty("std").GetDouble()], [mean, deviation], tolerance);
    }

    private static Picture Frame(string name, int width, int height) => new(width, height,
        [.. FillRule.Unit(name, width * height * 3).Select(v => (byte)Math.Floor(((v * 0.5) + 0.5) * 255))]);

    private static float[] Mean(double[] flow, int tile, int repeats, int size)
    {
        var mean = new float[size];
        for (var i = 0; i < size; i++)
        {
            mean[i] = (float)Enumerable.Range(tile * repeats, repeats).Average(t => flow[(t * size) + i]);
        }

        return mean;
    }

    private static double[] Repeat(double[] values, int times) =>
        [.. Enumerable.Repeat(values, times).SelectMany(part => part)];

    private static double[] Flat(IEnumerable<(int Y, int X)> corners) =>
        [.. corners.SelectMany(corner => new double[] { corner.Y, corner.X })];

    private static (int Y, int X) Pair(JsonElement pair) => (pair[0].GetInt32(), pair[1].GetInt32());
}
