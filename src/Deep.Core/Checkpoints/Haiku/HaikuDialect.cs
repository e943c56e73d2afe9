using Deep.Checkpoints.NumPy;
using Deep.Checkpoints.Pickle;
using static Deep.Checkpoints.Pickle.PickleOpcode;

namespace Deep.Checkpoints.Haiku;

/// <summary>
/// What a pickle of Haiku parameters may contain: dictionaries, frozen or not, of NumPy and JAX arrays.
/// </summary>
internal sealed class HaikuDialect(CheckpointBytes source, AllocationBudget budget) : PickleDialect(source, budget)
{
    private static readonly HashSet<PickleOpcode> Allowed =
    [
        Proto, Stop, Mark, Global, StackGlobal, Reduce, PickleOpcode.Build, NewObj, EmptyDict, EmptyList, EmptyTuple,
        Append, Appends, SetItem, SetItems, PickleOpcode.Tuple, Tuple1, Tuple2, Tuple3, None, NewTrue, NewFalse, BinInt,
        BinInt1, BinInt2, Long1, BinFloat, BinUnicode, ShortBinUnicode, BinUnicode8, BinString, ShortBinString,
        BinBytes, ShortBinBytes, BinBytes8, ByteArray8, BinGet, LongBinGet, BinPut, LongBinPut, Memoize, Frame,
    ];

    // Each global and what it stands for; the same thing has moved between modules over the years.
    private static readonly Dictionary<string, HaikuGlobal> Globals = new(StringComparer.Ordinal)
    {
        ["collections.OrderedDict"] = HaikuGlobal.OrderedMap,
        ["builtins.dict"] = HaikuGlobal.Map,
        ["__builtin__.dict"] = HaikuGlobal.Map,
        ["haiku._src.data_structures.FlatMapping"] = HaikuGlobal.Map,
        ["haiku._src.data_structures.frozendict"] = HaikuGlobal.Map,
        ["frozendict.frozendict"] = HaikuGlobal.Map,
        ["frozendict.core.frozendict"] = HaikuGlobal.Map,
        ["numpy.ndarray"] = HaikuGlobal.ArrayClass,
        ["numpy.dtype"] = HaikuGlobal.Type,
        ["numpy.core.multiarray._reconstruct"] = HaikuGlobal.Reconstruct,
        ["numpy._core.multiarray._reconstruct"] = HaikuGlobal.Reconstruct,
        ["numpy.core.multiarray.scalar"] = HaikuGlobal.Scalar,
        ["numpy._core.multiarray.scalar"] = HaikuGlobal.Scalar,
        ["numpy.core.numeric._frombuffer"] = HaikuGlobal.FromBuffer,
        ["numpy._core.numeric._frombuffer"] = HaikuGlobal.FromBuffer,
        ["_codecs.encode"] = HaikuGlobal.Encode,
        // How dill, which DeepMind used, writes every NumPy array.
        ["dill._dill._create_array"] = HaikuGlobal.WrappedArray,
        ["dill.dill._create_array"] = HaikuGlobal.WrappedArray,
        ["jax._src.device_array.reconstruct_device_array"] = HaikuGlobal.WrappedArray,
        ["jax._src.array._reconstruct_array"] = HaikuGlobal.WrappedArray,
        ["ml_dtypes.bfloat16"] = HaikuGlobal.BFloat16,
        ["jax._src.dtypes.bfloat16"] = HaikuGlobal.BFloat16,
        ["jaxlib.xla_extension.bfloat16"] = HaikuGlobal.BFloat16,
    };

    private enum HaikuGlobal
    {
        Map,
        OrderedMap,
        ArrayClass,
        Type,
        Reconstruct,
        Scalar,
        FromBuffer,
        Encode,
        WrappedArray,
        BFloat16,
    }

    public override bool ShortStringsAreBytes => true;

    public override IReadOnlySet<PickleOpcode> Opcodes => Allowed;

    public override object Resolve(PickleGlobal global) =>
        Globals.TryGetValue(global.ToString(), out var known) ? known : throw Refuse(global);

    public override object? Call(object? callable, PickleTuple arguments)
    {
        Budget.ChargeObject(100);
        return callable switch
        {
            HaikuGlobal.Map => MakeMap(callable, arguments, ordered: false),
            HaikuGlobal.OrderedMap => MakeMap(callable, arguments, ordered: true),
            HaikuGlobal.Type => MakeType(callable, arguments),
            HaikuGlobal.Encode => Encode(callable, arguments),
            HaikuGlobal.Reconstruct when arguments.Items is [HaikuGlobal.ArrayClass, PickleTuple, PickleBytes] =>
                new HaikuArray(),
            HaikuGlobal.Scalar when arguments.Items is [HaikuType type, PickleBytes values] =>
                MakeArray(type, [], fortran: false, values),
            HaikuGlobal.FromBuffer
                when arguments.Items is [PickleBytes values, HaikuType type, PickleTuple shape, "C" or "F"] =>
                MakeArray(type, Sizes(shape), arguments.Items[3] is "F", values),
            HaikuGlobal.WrappedArray
                when arguments.Items is [var make, PickleTuple how, var state, PickleMap or null] =>
                Unwrap(make, how, state),
            _ => throw Misuse(callable),
        };
    }

    public override object? Create(object? type, PickleTuple arguments) => type switch
    {
        HaikuGlobal.Map or HaikuGlobal.OrderedMap => Call(type, arguments),
        _ => throw Misuse(type),
    };

    public override object? Build(object? target, object? state)
    {
        switch (target, (state as PickleTuple)?.Items)
        {
            case (HaikuType { Type: var type }, [long, var order, null, null, null, ..]):
                return new HaikuType(Reorder(type, order));
            case (HaikuArray { State: null } array,
                [long, PickleTuple shape, HaikuType type, bool fortran, PickleBytes values]):
                array.State = MakeArray(type, Sizes(shape), fortran, values).State;
                return array;
            case (PickleMap { Ordered: true }, _) when state is PickleMap:
                return target;
            default:
                throw Error($"gives a state to {Describe(target)} that is not allowed");
        }
    }

    private HaikuType MakeType(object? callable, PickleTuple arguments)
    {
        // dtype(name, align, copy): the two truth values say nothing about the elements.
        var name = arguments.Items is [var first, ..] and { Length: <= 3 } ? first : null;
        var spelled = name switch
        {
            string text => text,
            PickleBytes { Inline: { } inline } => System.Text.Encoding.Latin1.GetString(inline),
            PickleBytes { Encoding: PickleEncoding.Raw, Length: <= 16 } bytes =>
                System.Text.Encoding.Latin1.GetString(Source.ReadArray(bytes.Offset, (int)bytes.Length)),
            HaikuGlobal.BFloat16 => "bfloat16",
            _ => throw Misuse(callable),
        };
        return new HaikuType(NumPyType.Parse(spelled) ?? throw Error($"has the unknown element type '{spelled}'"));
    }

    private NumPyType Reorder(NumPyType type, object? order)
    {
        var sign = order switch
        {
            string text => text,
            PickleBytes { Encoding: PickleEncoding.Raw, Length: 1, Inline: null } bytes =>
                ((char)Source.ReadArray(bytes.Offset, 1)[0]).ToString(),
            _ => "",
        };
        return sign switch
        {
            "<" or "=" or "|" => type with { BigEndian = false },
            ">" => type with { BigEndian = true },
            _ => throw Error("has an element type whose byte order is none of < > = |"),
        };
    }

    private HaikuArray Unwrap(object? make, PickleTuple how, object? state)
    {
        // JAX and dill write the call and the state that make the NumPy array, and their own attributes, which are no
        // weights.
        var array = Call(make, how) as HaikuArray ?? throw Misuse(make);
        return array.State is not null && state is null
            ? array
            : Build(array, state) as HaikuArray ?? throw Misuse(make);
    }

    private HaikuArray MakeArray(HaikuType type, long[] shape, bool fortran, PickleBytes values)
    {
        var needed = NumPyArray.SizeOf(type.Type, shape)
            ?? throw Error($"has an array of shape {TensorInfo.ShapeToText(shape)}, whose size overflows");
        // Text that stands for bytes takes one or two bytes for each; how many it is comes out when it is read.
        var fits = values.Encoding switch
        {
            PickleEncoding.Raw => needed == values.Length,
            PickleEncoding.Latin1Text => needed <= values.Length && values.Length - needed <= needed,
            _ => false,
        };
        if (!fits)
        {
            throw Error($"has an array of {type.Type.Spelled} {TensorInfo.ShapeToText(shape)} that needs "
                + $"{needed} bytes, but has {values.Length}");
        }

        Budget.ChargeTensor(2 * shape.Length);
        return new HaikuArray { State = new HaikuArrayState(type.Type, shape, fortran, values, needed) };
    }

    private long[] Sizes(PickleTuple shape) => shape.Items.All(size => size is long and >= 0)
        ? [.. shape.Items.Select(size => (long)size!)]
        : throw Error("has an array whose sizes are not whole numbers");
}
