using System.Buffers.Binary;
using System.Text;

namespace Deep.Tests.Checkpoints;

/// <summary>Puts a safetensors file together by hand, so that each part of it can be wrong.</summary>
internal static class SafeTensorsFile
{
    public static byte[] Of(string header, int dataBytes = 0, ulong? declaredLength = null) =>
        Of(Encoding.UTF8.GetBytes(header), dataBytes, declaredLength);

    public static byte[] Of(byte[] header, int dataBytes = 0, ulong? declaredLength = null)
    {
        var file = new byte[8 + header.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(file, declaredLength ?? (ulong)header.Length);
        header.CopyTo(file, 8);
        return file;
    }

    /// <summary>The JSON of one tensor.</summary>
    public static string Tensor(string name, string type, string shape, string offsets) =>
        $"\"{name}\":{{\"dtype\":\"{type}\",\"shape\":{shape},\"data_offsets\":{offsets}}}";
}
