using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Deep.Suite.Tests.Rules;

/// <summary>
/// Finds numbers that native code reads while nothing keeps them alive: a <c>Scalar</c> that is converted in passing, so that it is on
/// no variable during the call, and the members of TorchSharp that do so inside.
/// </summary>
internal static class HeldNumbers
{
    // Members that convert a number in passing, seen in TorchSharp 0.107: type, name, and the parameters in which they are meant.
    private static readonly HashSet<(string Type, string Name, int Parameters)> Leaky =
    [
        ("Tensor", "add", 1), ("Tensor", "add_", 1), ("Tensor", "op_Addition", 2), ("Tensor", "square", 0), ("torch", "square", 1),
        ("functional", "softsign", 2), ("functional", "softplus", 3), ("functional", "elu", 3), ("functional", "celu", 3),
        ("functional", "leaky_relu", 3), ("linalg", "vector_norm", 5),
    ];

    private static readonly OpCode[] OneByte = new OpCode[256];
    private static readonly OpCode[] TwoBytes = new OpCode[256];

    static HeldNumbers()
    {
        foreach (var code in typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (OpCode)field.GetValue(null)!))
        {
            (code.Size == 1 ? OneByte : TwoBytes)[code.Value & 0xFF] = code;
        }
    }

    /// <summary>The places in an assembly: method and what it calls.</summary>
    public static IReadOnlyList<string> NotHeldIn(string assemblyFile)
    {
        using var file = new PEReader(File.OpenRead(assemblyFile));
        var metadata = file.GetMetadataReader();
        var found = new List<string>();
        foreach (var method in metadata.MethodDefinitions.Select(metadata.GetMethodDefinition).Where(m => m.RelativeVirtualAddress != 0))
        {
            var owner = metadata.GetTypeDefinition(method.GetDeclaringType());
            var place = $"{metadata.GetString(owner.Name)}.{metadata.GetString(method.Name)}";
            var code = Instructions(file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!).ToArray();
            for (var i = 0; i < code.Length; i++)
            {
                if (code[i].Token == 0 || Callee(metadata, code[i].Token) is not { } callee)
                {
                    continue;
                }

                var isHeld = i + 1 < code.Length && code[i + 1].Code.Name!.StartsWith("st", StringComparison.Ordinal);
                if ((callee is ("Scalar", "op_Implicit", _) && !isHeld) || Leaky.Contains(callee))
                {
                    found.Add($"{place} calls {callee.Type}.{callee.Name}");
                }
            }
        }

        return found;
    }

    private static IEnumerable<(OpCode Code, int Token)> Instructions(byte[] il)
    {
        for (var at = 0; at < il.Length;)
        {
            var code = il[at] == 0xFE ? TwoBytes[il[at + 1]] : OneByte[il[at]];
            at += code.Size;
            var token = code.OperandType == OperandType.InlineMethod ? BitConverter.ToInt32(il, at) : 0;
            yield return (code, token);
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
        }
    }

    private static (string Type, string Name, int Parameters)? Callee(MetadataReader metadata, int token)
    {
        var handle = MetadataTokens.EntityHandle(token);
        if (handle.Kind != HandleKind.MemberReference)
        {
            return null;
        }

        var member = metadata.GetMemberReference((MemberReferenceHandle)handle);
        if (member.Parent.Kind != HandleKind.TypeReference)
        {
            return null;
        }

        var signature = metadata.GetBlobReader(member.Signature);
        signature.ReadByte();
        return (metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name), metadata.GetString(member.Name),
            signature.ReadCompressedInteger());
    }
}
