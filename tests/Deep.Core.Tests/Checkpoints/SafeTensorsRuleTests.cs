using Deep.Checkpoints;
using TorchSharp;
using static Deep.Tests.Checkpoints.SafeTensorsFile;
using static TorchSharp.torch;

namespace Deep.Tests.Checkpoints;

/// <summary>The eleven rules of the format, each with malformed files that break it alone.</summary>
public sealed class SafeTensorsRuleTests : CheckpointTest
{
    private const string Unit = """{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""";

    // Rule and case → the file and a part of the reason that must be given.
    private static readonly Dictionary<string, (byte[] File, string Reason)> Malformed = new()
    {
        ["1 an empty file"] = ([], "at least 8 bytes"),
        ["1 one byte"] = ([1], "at least 8 bytes"),
        ["1 seven bytes"] = ([2, 0, 0, 0, 0, 0, 0], "at least 8 bytes"),
        ["2 one byte too many"] = (Of("{}", 0, 100_000_001), "more than the 100000000"),
        ["2 two to the 63"] = (Of("{}", 0, 1UL << 63), "more than the 100000000"),
        ["2 all bits"] = (Of("{}", 0, ulong.MaxValue), "more than the 100000000"),
        ["3 one byte beyond the end"] = (Of("{}", 0, 3), "but the file only 10"),
        ["3 the largest header in a small file"] = (Of("{}", 0, 100_000_000), "but the file only 10"),
        ["3 a header without any byte"] = (Of("", 0, 2), "but the file only 8"),
        ["4 a lone continuation byte"] = (
            Of([(byte)'{', (byte)'"', 0x80, (byte)'"', (byte)':', (byte)'1', (byte)'}']), "UTF-8"),
        ["4 an overlong slash"] = (
            Of([(byte)'{', (byte)'"', 0xC0, 0xAF, (byte)'"', (byte)':', (byte)'1', (byte)'}']), "UTF-8"),
        ["4 a surrogate"] = (
            Of([(byte)'{', (byte)'"', 0xED, 0xA0, 0x80, (byte)'"', (byte)':', (byte)'1', (byte)'}']), "UTF-8"),
        ["5 no header"] = (Of(" "), "JSON"),
        ["5 an array"] = (Of(" []"), "JSON"),
        ["5 cut off"] = (Of($$"""{"a":{{Unit}}""", 4), "JSON"),
        ["5 two objects"] = (Of("{} {}"), "JSON"),
        ["5 a comment"] = (Of("{/**/}"), "JSON"),
        ["5 a trailing comma"] = (Of($$"""{"a":{{Unit}},}""", 4), "JSON"),
        ["5 zero bytes behind the object"] = (Of("{}\0\0"), "JSON"),
        ["5 deep nesting"] = (Of("{\"a\":" + new string('[', 1000) + new string(']', 1000) + "}"), "object"),
        ["5 a lone surrogate as an escape"] = (Of("{\"\\ud800\":" + Unit + "}", 4), "JSON"),
        ["5 metadata that is no object"] = (Of("""{"__metadata__":"x"}"""), "object of strings"),
        ["5 metadata of numbers"] = (Of("""{"__metadata__":{"a":1}}"""), "not a string"),
        ["5 metadata of null"] = (Of("""{"__metadata__":{"a":null}}"""), "not a string"),
        ["5 a tensor that is no object"] = (Of("""{"a":[1]}"""), "object"),
        ["5 no dtype"] = (Of("""{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4), "no dtype"),
        ["5 no shape"] = (Of("""{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4), "no shape"),
        ["5 no offsets"] = (Of("""{"a":{"dtype":"F32","shape":[1]}}""", 4), "data_offsets"),
        ["5 three offsets"] = (Of($$"""{{{Tensor("a", "F32", "[1]", "[0,4,4]")}}}""", 4), "data_offsets"),
        ["5 an unknown dtype"] = (Of($$"""{{{Tensor("a", "F33", "[1]", "[0,4]")}}}""", 4), "unknown dtype 'F33'"),
        ["5 a negative size"] = (Of($$"""{{{Tensor("a", "F32", "[-1]", "[0,4]")}}}""", 4), "whole number"),
        ["5 a size with a point"] = (Of($$"""{{{Tensor("a", "F32", "[1.0]", "[0,4]")}}}""", 4), "whole number"),
        ["5 a size with an exponent"] = (Of($$"""{{{Tensor("a", "F32", "[1e0]", "[0,4]")}}}""", 4), "whole number"),
        ["5 a size as text"] = (Of($$"""{{{Tensor("a", "F32", "[\"1\"]", "[0,4]")}}}""", 4), "whole number"),
        ["5 a size beyond 64 bits"] = (
            Of($$"""{{{Tensor("a", "F32", "[18446744073709551616]", "[0,4]")}}}""", 4), "whole number"),
        ["5 an unknown field"] = (
            Of("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}""", 4), "unknown field"),
        ["6 a tensor twice"] = (Of($$"""{"a":{{Unit}},"a":{{Unit}} }""", 4), "twice"),
        ["6 a tensor twice, once escaped"] = (Of($$"""{"a":{{Unit}},"\u0061":{{Unit}} }""", 4), "twice"),
        ["6 metadata twice"] = (Of("""{"__metadata__":{},"__metadata__":{}}"""), "twice"),
        ["6 a metadata key twice"] = (Of("""{"__metadata__":{"a":"1","a":"2"}}"""), "twice"),
        ["6 a field twice"] = (
            Of("""{"a":{"dtype":"F32","dtype":"I32","shape":[1],"data_offsets":[0,4]}}""", 4), "twice"),
        ["7 a hole"] = (
            Of($$"""{{{Tensor("a", "U8", "[1]", "[0,1]")}},{{Tensor("b", "U8", "[1]", "[2,3]")}}}""", 3), "end at 1"),
        ["7 an overlap"] = (
            Of($$"""{{{Tensor("a", "U8", "[2]", "[0,2]")}},{{Tensor("b", "U8", "[2]", "[1,3]")}}}""", 3), "end at 2"),
        ["7 a late begin"] = (Of($$"""{{{Tensor("a", "U8", "[1]", "[1,2]")}}}""", 2), "end at 0"),
        ["7 an end before its begin"] = (
            Of($$"""{{{Tensor("a", "U8", "[0]", "[0,0]")}},{{Tensor("b", "U8", "[1]", "[4,0]")}}}"""), "end at 0"),
        ["7 the same bytes twice"] = (
            Of($$"""{{{Tensor("a", "U8", "[4]", "[0,4]")}},{{Tensor("b", "U8", "[4]", "[0,4]")}}}""", 4), "end at 4"),
        ["8 a product beyond 64 bits"] = (
            Of($$"""{{{Tensor("a", "U8", "[4294967296,4294967296]", "[0,0]")}}}"""), "overflows"),
        ["8 bits beyond 64 bits"] = (
            Of($$"""{{{Tensor("a", "F64", "[4611686018427387904]", "[0,0]")}}}"""), "overflows"),
        ["8 an overflow hidden by a zero"] = (
            Of($$"""{{{Tensor("a", "U8", "[4294967296,4294967296,0]", "[0,0]")}}}"""), "overflows"),
        ["9 half a byte"] = (Of($$"""{{{Tensor("a", "F4", "[1]", "[0,1]")}}}""", 1), "whole bytes"),
        ["9 six bits"] = (Of($$"""{{{Tensor("a", "F6_E2M3", "[1]", "[0,1]")}}}""", 1), "whole bytes"),
        ["9 eighteen bits"] = (Of($$"""{{{Tensor("a", "F6_E3M2", "[3]", "[0,3]")}}}""", 3), "whole bytes"),
        ["10 too few bytes"] = (Of($$"""{{{Tensor("a", "F32", "[2]", "[0,4]")}}}""", 4), "needs 8 bytes"),
        ["10 too many bytes"] = (Of($$"""{{{Tensor("a", "F32", "[1]", "[0,8]")}}}""", 8), "needs 4 bytes"),
        ["10 bytes for an empty tensor"] = (Of($$"""{{{Tensor("a", "F32", "[0]", "[0,4]")}}}""", 4), "needs 0 bytes"),
        ["10 no bytes for a scalar"] = (Of($$"""{{{Tensor("a", "F32", "[]", "[0,0]")}}}"""), "needs 4 bytes"),
        ["11 one byte left over"] = (Of($$"""{{{Tensor("a", "F32", "[1]", "[0,4]")}}}""", 5), "5 bytes of values"),
        ["11 bytes without a tensor"] = (Of("{}", 1), "1 bytes of values"),
        ["11 values cut off"] = (Of($$"""{{{Tensor("a", "F32", "[1]", "[0,4]")}}}""", 3), "3 bytes of values"),
        ["11 values that are not there"] = (
            Of($$"""{{{Tensor("a", "U8", "[1000000000000]", "[0,1000000000000]")}}}"""), "0 bytes of values"),
    };

    // Legal, if unusual, and what the tensors' shapes are.
    private static readonly Dictionary<string, (byte[] File, string Shapes)> Valid = new()
    {
        ["nothing at all"] = (Of("{}"), ""),
        ["an escaped name"] = (Of("""{"\u00fc/\n":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}""", 1), "[]"),
        ["white space around"] = (Of(" \n\t\r{ } \n\t\r"), ""),
        ["a scalar"] = (Of($$"""{{{Tensor("a", "F32", "[]", "[0,4]")}}}""", 4), "[]"),
        ["an empty tensor"] = (Of($$"""{{{Tensor("a", "F32", "[3,0]", "[0,0]")}}}"""), "[3, 0]"),
        ["empty tensors between others"] = (Of(
            "{" + Tensor("a", "U8", "[1]", "[0,1]") + "," + Tensor("e", "U8", "[0]", "[1,1]") + ","
                + Tensor("b", "U8", "[1]", "[1,2]") + "}",
            2), "[1][0][1]"),
        ["tensors out of order"] = (
            Of($$"""{{{Tensor("b", "U8", "[2]", "[1,3]")}},{{Tensor("a", "U8", "[1]", "[0,1]")}}}""", 3), "[1][2]"),
        ["fields out of order"] = (Of("""{"a":{"data_offsets":[0,1],"shape":[1],"dtype":"U8"}}""", 1), "[1]"),
        ["metadata last"] = (Of($$"""{{{Tensor("a", "U8", "[1]", "[0,1]")}},"__metadata__":{"k":"v"} }""", 1), "[1]"),
        ["an empty name"] = (Of($$"""{{{Tensor("", "U8", "[1]", "[0,1]")}}}""", 1), "[1]"),
        ["an unaligned tensor"] = (
            Of($$"""{{{Tensor("a", "U8", "[1]", "[0,1]")}},{{Tensor("b", "F32", "[1]", "[1,5]")}}}""", 5), "[1][1]"),
        ["a header of 123 bytes, which begins like JSON"] = (Of("{}".PadRight(123)), ""),
        ["a header of 0x0280 bytes, which begins like a pickle"] = (Of("{}".PadRight(0x0280)), ""),
        ["a header of 0x4B50 bytes, which begins like a zip"] = (Of("{}".PadRight(0x4B50)), ""),
    };

    public static TheoryData<string> MalformedCases => [.. Malformed.Keys];

    public static TheoryData<string> ValidCases => [.. Valid.Keys];

    public static TheoryData<string, int> ForeignTypes => new()
    {
        { "F4", 4 }, { "F6_E2M3", 6 }, { "F6_E3M2", 6 }, { "F8_E5M2", 8 }, { "F8_E4M3", 8 }, { "F8_E8M0", 8 },
        { "F8_E4M3FNUZ", 8 }, { "F8_E5M2FNUZ", 8 }, { "U16", 16 }, { "U32", 32 }, { "U64", 64 },
    };

    [Theory]
    [MemberData(nameof(MalformedCases))]
    public void A_file_that_breaks_one_rule_is_refused_with_its_reason(string name)
    {
        var (file, reason) = Malformed[name];
        var path = At("m.safetensors");
        File.WriteAllBytes(path, file);
        var fromFile = Assert.Throws<CheckpointException>(() => Checkpoint.Open(path));
        Assert.Contains(reason, fromFile.Message);
        Assert.StartsWith(path, fromFile.Message);
        Assert.Contains(reason, Assert.Throws<CheckpointException>(() => Checkpoint.Open(file, "memory")).Message);
    }

    [Theory]
    [MemberData(nameof(ValidCases))]
    public void An_unusual_but_legal_file_is_opened_and_read(string name)
    {
        using var scope = NewDisposeScope();
        using var file = Checkpoint.Open(Valid[name].File, "memory");
        Assert.Equal(Valid[name].Shapes, string.Concat(file.Tensors.Values.Select(info => info.ShapeText)));
        Assert.All(file.Tensors, pair => Assert.Equal(pair.Value.Shape, file.Read(pair.Key).shape));
    }

    [Theory]
    [MemberData(nameof(ForeignTypes))]
    public void A_type_that_TorchSharp_lacks_is_listed_and_fails_only_when_read(string type, int bits)
    {
        const int Elements = 8;
        var bytes = Elements * bits / 8;
        var known = Tensor("b", "U8", "[1]", $"[{bytes},{bytes + 1}]");
        using var scope = NewDisposeScope();
        using var file = Checkpoint.Open(
            Of($$"""{{{Tensor("a", type, $"[{Elements}]", $"[0,{bytes}]")}},{{known}}}""", bytes + 1), "memory");
        Assert.Equal((null, type), (file.Tensors["a"].Type, file.Tensors["a"].StoredType));
        var error = Assert.Throws<CheckpointException>(() => file.Read("a"));
        Assert.Equal("a", error.Tensor);
        Assert.Contains(type, error.Reason);
        Assert.Equal([1L], file.Read("b").shape);
    }

    [Fact]
    public void A_bool_that_is_neither_zero_nor_one_is_read_as_true()
    {
        var bytes = Of($$"""{{{Tensor("a", "BOOL", "[3]", "[0,3]")}}}""", 3);
        (bytes[^3], bytes[^1]) = (255, 1);
        using var scope = NewDisposeScope();
        using var file = Checkpoint.Open(bytes, "memory");
        Assert.Equal([1, 0, 1], file.Read("a").bytes.ToArray());
    }

    [Fact]
    public void Too_many_tensors_and_too_long_names_are_refused_before_they_fill_the_memory()
    {
        var many = "{" + string.Join(
            ",", Enumerable.Range(0, 2000).Select(i => Tensor($"{i}", "U8", "[0]", "[0,0]"))) + "}";
        var limits = new CheckpointLimits { MaxTensors = 1999 };
        Assert.Contains(
            "1999", Assert.Throws<CheckpointException>(() => Checkpoint.Open(Of(many), "m", limits)).Message);
        using (Checkpoint.Open(Of(many), "m", limits with { MaxTensors = 2000 }))
        {
        }

        var most = limits with { MaxTensors = 5000, MaxDirectoryBytes = 500_000 };
        Assert.Contains("MaxDirectoryBytes", Assert.Throws<CheckpointException>(
            () => Checkpoint.Open(Of(many), "m", most)).Message);
    }

    [Fact]
    public void A_file_that_is_cut_short_while_it_is_open_gives_an_error()
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor> { ["small"] = zeros(10), ["large"] = zeros(100_000) };
        Checkpoint.Save(At("cut.safetensors"), tensors);
        using var file = Checkpoint.Open(At("cut.safetensors"));
        using (var other = new FileStream(
            At("cut.safetensors"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            other.SetLength(200);
        }

        Assert.Contains("cut short", Assert.Throws<CheckpointException>(() => file.Read("large")).Message);
        Assert.Contains("cut short", Assert.Throws<CheckpointException>(() => file.Read("small")).Message);
    }

    [Fact]
    public void Every_length_of_a_file_but_the_whole_is_refused()
    {
        using var scope = NewDisposeScope();
        Checkpoint.Save(
            At("whole.safetensors"), new Dictionary<string, Tensor> { ["a"] = arange(7), ["b"] = zeros(2, 3) });
        var whole = File.ReadAllBytes(At("whole.safetensors"));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<CheckpointException>(() => Checkpoint.Open(whole.AsMemory(0, length), "memory"));
        }
    }
}
