using System.Numerics;
using PureHDF;
using PureHDF.VOL.Native;

namespace Deep.Nowcast;

/// <summary>Numbers of HDF5 files in whatever type they are stored; the library reads only the exact type.</summary>
internal static class HdfNumbers
{
    // One chunk of a European composite is 1.3 MB, more than the library's own cache of 1 MB: it would then unpack a
    // chunk for every row of it.
    private const int CachedChunks = 521;
    private const ulong CachedBytes = 64 << 20;

    /// <summary>A scalar attribute, or null if it is no number.</summary>
    public static double[]? One(IH5Attribute attribute) => attribute.Type switch
    {
        { Class: H5DataTypeClass.FloatingPoint, Size: 4 } => [attribute.Read<float>()],
        { Class: H5DataTypeClass.FloatingPoint, Size: 8 } => [attribute.Read<double>()],
        { Class: H5DataTypeClass.FixedPoint } type => (type.Size, type.FixedPoint.IsSigned) switch
        {
            (1, false) => [attribute.Read<byte>()],
            (1, true) => [attribute.Read<sbyte>()],
            (2, false) => [attribute.Read<ushort>()],
            (2, true) => [attribute.Read<short>()],
            (4, false) => [attribute.Read<uint>()],
            (4, true) => [attribute.Read<int>()],
            (8, false) => [attribute.Read<ulong>()],
            (8, true) => [attribute.Read<long>()],
            _ => null,
        },
        _ => null,
    };

    /// <summary>A list attribute, or null if it has no numbers.</summary>
    public static double[]? List(IH5Attribute attribute) => attribute.Type switch
    {
        { Class: H5DataTypeClass.FloatingPoint, Size: 4 } => [.. attribute.Read<float[]>()],
        { Class: H5DataTypeClass.FloatingPoint, Size: 8 } => attribute.Read<double[]>(),
        { Class: H5DataTypeClass.FixedPoint } type => (type.Size, type.FixedPoint.IsSigned) switch
        {
            (1, false) => [.. attribute.Read<byte[]>()],
            (1, true) => [.. attribute.Read<sbyte[]>()],
            (2, false) => [.. attribute.Read<ushort[]>()],
            (2, true) => [.. attribute.Read<short[]>()],
            (4, false) => [.. attribute.Read<uint[]>()],
            (4, true) => [.. attribute.Read<int[]>()],
            (8, false) => [.. attribute.Read<ulong[]>()],
            (8, true) => [.. attribute.Read<long[]>()],
            _ => null,
        },
        _ => null,
    };

    /// <summary>All elements of a dataset, each converted.</summary>
    /// <exception cref="NotSupportedException">The elements are not numbers.</exception>
    public static T[] Decode<T>(NativeDataset dataset, int count, Func<double, T> convert) => dataset.Type switch
    {
        { Class: H5DataTypeClass.FloatingPoint, Size: 4 } => Decode<float, T>(dataset, count, convert),
        { Class: H5DataTypeClass.FloatingPoint, Size: 8 } => Decode<double, T>(dataset, count, convert),
        { Class: H5DataTypeClass.FixedPoint } type => (type.Size, type.FixedPoint.IsSigned) switch
        {
            (1, false) => Decode<byte, T>(dataset, count, convert),
            (1, true) => Decode<sbyte, T>(dataset, count, convert),
            (2, false) => Decode<ushort, T>(dataset, count, convert),
            (2, true) => Decode<short, T>(dataset, count, convert),
            (4, false) => Decode<uint, T>(dataset, count, convert),
            (4, true) => Decode<int, T>(dataset, count, convert),
            (8, false) => Decode<ulong, T>(dataset, count, convert),
            (8, true) => Decode<long, T>(dataset, count, convert),
            _ => throw new NotSupportedException($"integers of {type.Size} bytes"),
        },
        var other => throw new NotSupportedException($"elements of the class {other.Class} and {other.Size} bytes"),
    };

    private static T[] Decode<TStored, T>(NativeDataset dataset, int count, Func<double, T> convert)
        where TStored : unmanaged, INumberBase<TStored>
    {
        var stored = new TStored[count];
        var access = new H5DatasetAccess(ChunkCache: new SimpleReadingChunkCache(CachedChunks, CachedBytes));
        dataset.Read(access, stored.AsSpan());
        var values = new T[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = convert(double.CreateTruncating(stored[i]));
        }

        return values;
    }
}
