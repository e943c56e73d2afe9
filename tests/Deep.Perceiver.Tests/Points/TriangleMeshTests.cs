using System.Numerics;
using System.Text;
using Deep.Media;
using Deep.Perceivers;

namespace Deep.Tests.Perceivers;

public sealed class TriangleMeshTests
{
    [Fact]
    public void Polygons_become_triangles_and_indices_may_count_from_the_end()
    {
        var mesh = Read("""
            # a square and a triangle
            mtllib none.mtl
            o thing
            v 0 0 0
            v 1 0 0 1.0
            v 1 1 0
            vn 0 0 1
            v  0 1 0 0.5 0.5 0.5
            vt 0 0
            f 1/1/1 2//1 3 4
            v 5e0 -1.5 2E-1
            f -1 -2/1 1
            """);
        Assert.Equal(5, mesh.Vertices.Count);
        Assert.Equal([(0, 1, 2), (0, 2, 3), (4, 3, 0)], mesh.Triangles);
        Assert.Equal(new Vector3(5, -1.5f, 0.2f), mesh.Vertices[4]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("v 0 0 0")]
    [InlineData("not an obj file at all")]
    [InlineData("v 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3")]
    [InlineData("v 0 0 NaN\nv 1 0 0\nv 0 1 0\nf 1 2 3")]
    [InlineData("v 0 0 1e999\nv 1 0 0\nv 0 1 0\nf 1 2 3")]
    [InlineData("v 0 0 x\nv 1 0 0\nv 0 1 0\nf 1 2 3")]
    [InlineData("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2")]
    [InlineData("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 4")]
    [InlineData("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 0 1 2")]
    [InlineData("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 -4")]
    [InlineData("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 99999999999999999999")]
    [InlineData("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 -2147483648")]
    [InlineData("v 0 0 0\nv 1 0 0\nv 0 1 0\nf / / /")]
    public void A_damaged_file_is_one_error(string content) => Assert.Throws<MediaException>(() => Read(content));

    [Fact]
    public void Random_bytes_and_endless_lines_are_one_error()
    {
        var random = new Random(1);
        for (var i = 0; i < 200; i++)
        {
            var bytes = Encoding.ASCII.GetBytes("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\nf 3 2 1\n");
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                Assert.NotEmpty(ObjReader.Read(new MemoryStream(bytes)).Triangles);
            }
            catch (MediaException)
            {
            }
        }

        Assert.Throws<MediaException>(() => ObjReader.Read(new MemoryStream(new byte[1 << 20])));
        Assert.Throws<MediaException>(() => TriangleMesh.Open("no-such.obj"));
    }

    [Fact]
    public void Points_are_spread_by_area_on_the_surface()
    {
        // Two triangles in the planes z = 0 and z = 1, the second three times as large.
        var mesh = new TriangleMesh(
            [new(0, 0, 0), new(2, 0, 0), new(0, 2, 0), new(0, 0, 1), new(6, 0, 1), new(0, 2, 1)], [(0, 1, 2), (3, 4, 5)]);
        var points = mesh.Sample(4000, 3).Points.ToArray();
        var large = points.Where(p => p.Z > 0.5f).ToArray();
        Assert.Equal(0.75, large.Length / 4000.0, 0.03);
        Assert.Equal(2, large.Average(p => p.X), 0.1);
        Assert.Equal(2 / 3.0, large.Average(p => p.Y), 0.05);
        Assert.All(points, p => Assert.True(p.X >= 0 && p.Y >= 0 && (p.Z < 0.5f ? p.X + p.Y <= 2.001f : (p.X / 3) + p.Y <= 2.001f)));
        Assert.Equal(points, mesh.Sample(4000, 3).Points.ToArray());
        Assert.NotEqual(points, mesh.Sample(4000, 4).Points.ToArray());
        Assert.Equal(points[..100], mesh.Sample(100, 3).Points.ToArray());
    }

    [Fact]
    public void A_surface_without_area_and_wrong_corners_are_one_error()
    {
        Assert.Throws<ShapeException>(() => new TriangleMesh([new(0, 0, 0), new(1, 1, 1), new(2, 2, 2)], [(0, 1, 2)]).Sample(1));
        Assert.Throws<ShapeException>(() => new TriangleMesh([], []).Sample(1));
        Assert.Throws<ShapeException>(() => new TriangleMesh([new(0, 0, 0)], [(0, 0, 1)]));
        Assert.Throws<ShapeException>(() => new TriangleMesh([new(float.NaN, 0, 0)], []));
    }

    [SharedTheory]
    [InlineData("spot")]
    [InlineData("teapot")]
    [InlineData("stanford-bunny")]
    public void Real_meshes_give_clouds(string name)
    {
        var cloud = TriangleMesh.Open(SharedData.At("data", "perceiver", "points", name + ".obj")).Sample(512, 1).Normalise();
        Assert.Equal(512, cloud.Points.ToArray().Distinct().Count());
    }

    private static TriangleMesh Read(string content) => ObjReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(content)));
}
