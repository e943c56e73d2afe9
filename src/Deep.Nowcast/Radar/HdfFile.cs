using System.Buffers.Binary;
using System.Numerics;
using PureHDF;
using PureHDF.VOL.Native;

namespace Deep.Nowcast;

/// <summary>An HDF5 file in memory; whatever is wrong with it becomes one error that names the file.</summary>
internal sealed class HdfFile : IDisposable
{
    private const int MaxAttributeElements = 4096;
    private const long MaxChunkBytes = 256L << 20;

    private readonly RadarBytes _file;
    private readonly NativeFile _root;

    public HdfFile(RadarBytes file)
    {
        _file = file;
        RequireWhole(file);
        _root = Guard(() => H5File.Open(new MemoryStream(file.Content, writable: false), leaveOpen: false));
    }

    /// <summary>Whether the bytes begin as an HDF5 file does.</summary>
    public static bool Begins(ReadOnlySpan<byte> head) =>
        head is [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A, ..];

    // The library reads zeros where a file ends too early; the superblock says how long the file is.
    private static void RequireWhole(RadarBytes file)
    {
        var bytes = file.Content.AsSpan();
        var place = bytes.Length > 8 && bytes[8] >= 2 ? 28 : 40;
        var width = bytes.Length > 13 ? bytes[bytes[8] >= 2 ? 9 : 13] : 0;
        if (width != sizeof(ulong) || bytes.Length < place + sizeof(ulong))
        {
            throw file.Error($"the HDF5 superblock is damaged or has addresses of {width} bytes instead of 8.");
        }

        var end = BinaryPrimitives.ReadUInt64LittleEndian(bytes[place..]);
        if (end > (ulong)bytes.Length)
        {
            throw file.Error($"the HDF5 file was cut: it has {bytes.Length} of {end} bytes.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _root.Dispose();

    /// <summary>Whether there is a group or dataset; the path has no slash at its ends, "" is the root.</summary>
    public bool Has(string path) => Guard(() => path.Length == 0 || _root.LinkExists(path));

    /// <summary>Names of the groups and datasets of a group.</summary>
    public IReadOnlyList<string> Children(string path) =>
        Guard(() => Group(path).Children().Take(MaxAttributeElements).Select(child => child.Name).ToList());

    /// <summary>Whether there is a dataset of that path.</summary>
    public bool HasDataset(string path) => Guard(() => _root.LinkExists(path) && _root.Get(path) is IH5Dataset);

    /// <summary>A text attribute, or null.</summary>
    public string? Text(string path, string attribute) => Guard(() => Attribute(path, attribute) switch
    {
        { Type.Class: H5DataTypeClass.String or H5DataTypeClass.VariableLength, Space.Rank: 0 } one => one.Read<string>().TrimEnd('\0', ' '),
        { Type.Class: H5DataTypeClass.String } list => list.Read<string[]>().FirstOrDefault()?.TrimEnd('\0', ' '),
        _ => null,
    });

    /// <summary>The first number of an attribute, or null.</summary>
    public double? Number(string path, string attribute) => Numbers(path, attribute) is [var first, ..] ? first : null;

    /// <summary>An attribute's number.</summary>
    public double RequiredNumber(string path, string attribute) => Number(path, attribute)
        ?? throw _file.Error($"the attribute {attribute} of /{path} is missing or not a number.");

    /// <summary>An attribute's text.</summary>
    public string RequiredText(string path, string attribute) => Text(path, attribute)
        ?? throw _file.Error($"the attribute {attribute} of /{path} is missing or not a text.");

    /// <summary>The numbers of an attribute, or null.</summary>
    public double[]? Numbers(string path, string attribute) => Guard(() => Attribute(path, attribute) switch
    {
        null => null,
        { Space.Rank: 0 } one => HdfNumbers.One(one),
        { Space.Dimensions: [<= MaxAttributeElements] } list => HdfNumbers.List(list),
        _ => null,
    });

    /// <summary>Sizes of a dataset.</summary>
    public IReadOnlyList<long> Shape(string path) => Guard(() => Dataset(path).Space.Dimensions.Select(size => checked((long)size)).ToList());

    /// <summary>A dataset's values, row major, each converted as it is decoded.</summary>
    /// <param name="path">The dataset.</param>
    /// <param name="most">The most elements that it may have.</param>
    /// <param name="convert">From the stored number to a value.</param>
    public float[] Values(string path, long most, Func<double, float> convert) =>
        Read(path, most, (dataset, count) => HdfNumbers.Decode(dataset, count, convert));

    /// <summary>A small dataset's numbers, row major.</summary>
    public double[] Numbers(string path, long most) => Read(path, most, (dataset, count) =>
        HdfNumbers.Decode(dataset, count, value => value));

    private T Read<T>(string path, long most, Func<NativeDataset, int, T> decode) => Guard(() =>
    {
        var dataset = (NativeDataset)Dataset(path);
        var count = dataset.Space.Dimensions.Aggregate((BigInteger)1, (product, size) => product * size);
        if (count < 1 || count > most)
        {
            throw _file.Error($"the dataset /{path} has {count} elements; 1 to {most} are read.");
        }

        if (dataset.Layout.Class == H5DataLayoutClass.Chunked)
        {
            var chunk = dataset.Layout.Chunks.Aggregate((BigInteger)dataset.Type.Size, (product, size) => product * size);
            if (chunk < 1 || chunk > MaxChunkBytes)
            {
                throw _file.Error($"the dataset /{path} has chunks of {chunk} bytes; 1 to {MaxChunkBytes} are read.");
            }
        }

        return decode(dataset, (int)count);
    });

    private IH5Dataset Dataset(string path) => _root.LinkExists(path) && _root.Get(path) is IH5Dataset dataset
        ? dataset
        : throw _file.Error($"there is no dataset /{path}.");

    private IH5Group Group(string path) => path.Length == 0 ? _root : _root.Group(path);

    private IH5Attribute? Attribute(string path, string attribute)
    {
        if (path.Length > 0 && !_root.LinkExists(path))
        {
            return null;
        }

        var holder = path.Length == 0 ? _root : _root.Get(path);
        return holder.AttributeExists(attribute) ? holder.Attribute(attribute) : null;
    }

    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DeepException)
        {
            throw;
        }
#pragma warning disable CA1031 // The library throws whatever its parsing of a damaged file ends in.
        catch (Exception error)
#pragma warning restore CA1031
        {
            throw _file.Error($"the HDF5 structure is damaged: {error.Message}", error);
        }
    }
}
