using System.Globalization;
using System.Numerics;

namespace Deep.Checkpoints.Pickle;

/// <summary>
/// Reads a pickle as data: a stack, a memo, and the few opcodes that build plain values. It can run nothing.
/// </summary>
/// <remarks>
/// Python's pickle is a program for a small machine, and its REDUCE and BUILD may call anything that can be imported.
/// Here they reach a <see cref="PickleDialect"/> that knows a dozen names. Items are set only on dictionaries and
/// appended only to lists (a subclass that reacts to either is how CVE-2026-24747 ran code), and every length is held
/// against what is left of the file.
/// </remarks>
internal sealed class PickleMachine
{
    private const int MaxStack = 1 << 17;
    private const int MaxMarks = 1 << 10;

    private readonly PickleReader reader;
    private readonly PickleDialect dialect;
    private readonly AllocationBudget budget;
    private readonly List<object?> stack = [];
    private readonly List<int> marks = [];
    private readonly Dictionary<long, object?> memo = [];

    private PickleMachine(PickleReader reader, PickleDialect dialect, AllocationBudget budget)
    {
        this.reader = reader;
        this.dialect = dialect;
        this.budget = budget;
    }

    /// <summary>The value that the pickle describes.</summary>
    public static object? Run(PickleReader reader, PickleDialect dialect, AllocationBudget budget)
    {
        if (reader.Remaining < 2 || (PickleOpcode)reader.Byte() != PickleOpcode.Proto || reader.Byte() is < 2 or > 5)
        {
            throw dialect.Error("is not of protocol 2 to 5");
        }

        return new PickleMachine(reader, dialect, budget).Run();
    }

    private object? Run()
    {
        while (true)
        {
            var opcode = (PickleOpcode)reader.Byte();
            if (!dialect.Opcodes.Contains(opcode))
            {
                throw dialect.Error(
                    $"has the opcode 0x{(byte)opcode:X2} at offset {reader.Position - 1}, which is not allowed");
            }

            if (opcode == PickleOpcode.Stop)
            {
                var value = Pop();
                return stack.Count == 0 && marks.Count == 0 ? value : throw dialect.Error("ends with values left over");
            }

            Step(opcode);
        }
    }

    private void Step(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Proto:
                throw dialect.Error("begins again in the middle");
            case PickleOpcode.Frame:
                FrameBegins();
                break;
            case PickleOpcode.Mark:
                PushMark();
                break;
            case PickleOpcode.BinPut:
                Memoize(reader.Byte());
                break;
            case PickleOpcode.LongBinPut:
                Memoize(reader.UInt32());
                break;
            case PickleOpcode.Memoize:
                Memoize(memo.Count);
                break;
            case PickleOpcode.BinGet:
                Push(Recall(reader.Byte()));
                break;
            case PickleOpcode.LongBinGet:
                Push(Recall(reader.UInt32()));
                break;
            case PickleOpcode.Append:
                Append([Pop()]);
                break;
            case PickleOpcode.Appends:
                Append(PopToMark());
                break;
            case PickleOpcode.SetItem:
                var value = Pop();
                SetItems([Pop(), value]);
                break;
            case PickleOpcode.SetItems:
                SetItems(PopToMark());
                break;
            case PickleOpcode.Build:
                var state = Pop();
                Push(dialect.Build(Pop(), state));
                break;
            default:
                budget.ChargeObject();
                Push(Value(opcode));
                break;
        }
    }

    private object? Value(PickleOpcode opcode) => opcode switch
    {
        PickleOpcode.None => null,
        PickleOpcode.NewTrue => true,
        PickleOpcode.NewFalse => false,
        PickleOpcode.BinInt => (long)reader.Int32(),
        PickleOpcode.BinInt1 => (long)reader.Byte(),
        PickleOpcode.BinInt2 => (long)reader.UInt16(),
        PickleOpcode.Long1 => Long(reader.Take(reader.Byte())),
        PickleOpcode.BinFloat => reader.BigEndianDouble(),
        PickleOpcode.BinUnicode => Text((ulong)reader.UInt32()),
        PickleOpcode.ShortBinUnicode => Text(reader.Byte()),
        PickleOpcode.BinUnicode8 => Text(reader.UInt64()),
        PickleOpcode.ShortBinString => dialect.ShortStringsAreBytes ? Bytes(reader.Byte()) : Text(reader.Byte()),
        PickleOpcode.BinString => Bytes((ulong)reader.UInt32()),
        PickleOpcode.BinBytes => Bytes((ulong)reader.UInt32()),
        PickleOpcode.ShortBinBytes => Bytes(reader.Byte()),
        PickleOpcode.BinBytes8 or PickleOpcode.ByteArray8 => Bytes(reader.UInt64()),
        PickleOpcode.EmptyDict => new PickleMap(),
        PickleOpcode.EmptyList => new PickleList(),
        PickleOpcode.EmptyTuple => PickleTuple.Empty,
        PickleOpcode.EmptySet => new PickleSet(),
        PickleOpcode.Tuple => new PickleTuple(PopToMark()),
        PickleOpcode.Tuple1 => new PickleTuple(PopMany(1)),
        PickleOpcode.Tuple2 => new PickleTuple(PopMany(2)),
        PickleOpcode.Tuple3 => new PickleTuple(PopMany(3)),
        PickleOpcode.Global => Resolve(Name(reader.Line()), Name(reader.Line())),
        PickleOpcode.StackGlobal => StackGlobal(),
        PickleOpcode.Reduce => Called(dialect.Call),
        PickleOpcode.NewObj => Called(dialect.Create),
        PickleOpcode.BinPersId => dialect.Load(Pop()),
        _ => throw dialect.Error($"has the opcode {opcode}, which is not built"),
    };

    private string Name(string line)
    {
        budget.ChargeText(line.Length);
        return line;
    }

    private object StackGlobal()
    {
        var name = Pop();
        return Pop() is string module && name is string text
            ? Resolve(module, text)
            : throw dialect.Error("names a global by something that is not text");
    }

    private object Resolve(string module, string name)
    {
        // With a dot in its name, one global could be spelled in two ways.
        return name.Contains('.')
            ? throw dialect.Error($"names {module} {name}, an attribute of something, which is not allowed")
            : dialect.Resolve(new PickleGlobal(module, name));
    }

    private object? Called(Func<object?, PickleTuple, object?> call)
    {
        var arguments = Pop() as PickleTuple ?? throw dialect.Error("calls something without a tuple of arguments");
        return call(Pop(), arguments);
    }

    private static object Long(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        <= 8 => (object)(long)new BigInteger(bytes),
        _ => new BigInteger(bytes),
    };

    private object Text(ulong length)
    {
        if (length > PickleReader.MaxText)
        {
            return Region(length, PickleEncoding.Text);
        }

        budget.ChargeText((long)length);
        return reader.Text((int)length);
    }

    private PickleBytes Bytes(ulong length) => Region(length, PickleEncoding.Raw);

    private PickleBytes Region(ulong length, PickleEncoding encoding)
    {
        var offset = reader.Position;
        reader.Skip(length);
        return new PickleBytes(offset, (long)length, encoding);
    }

    private void FrameBegins()
    {
        if (reader.UInt64() > (ulong)reader.Remaining)
        {
            throw dialect.Error("has a frame that ends outside the file");
        }
    }

    private void PushMark()
    {
        if (marks.Count >= MaxMarks)
        {
            throw dialect.Error($"nests more than {MaxMarks} deep");
        }

        marks.Add(stack.Count);
    }

    private void Push(object? value)
    {
        if (stack.Count >= MaxStack)
        {
            throw dialect.Error($"stacks more than {MaxStack} values");
        }

        stack.Add(value);
    }

    private object? Pop()
    {
        var least = marks.Count > 0 ? marks[^1] : 0;
        if (stack.Count <= least)
        {
            throw dialect.Error("takes a value that is not there");
        }

        var value = stack[^1];
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private object?[] PopMany(int count)
    {
        budget.Charge(8L * count);
        var items = new object?[count];
        while (count > 0)
        {
            items[--count] = Pop();
        }

        return items;
    }

    private object?[] PopToMark()
    {
        if (marks.Count == 0)
        {
            throw dialect.Error("closes a list of values that was never opened");
        }

        var items = PopMany(stack.Count - marks[^1]);
        marks.RemoveAt(marks.Count - 1);
        return items;
    }

    private object? Peek()
    {
        var value = Pop();
        stack.Add(value);
        return value;
    }

    private void Memoize(long index)
    {
        budget.ChargeObject(32);
        memo[index] = Peek();
    }

    private object? Recall(long index) => memo.TryGetValue(index, out var value)
        ? value
        : throw dialect.Error($"recalls value {index.ToString(CultureInfo.InvariantCulture)}, which it never stored");

    private void Append(object?[] items)
    {
        var list = Peek() as PickleList ?? throw dialect.Error("appends to something that is not a list");
        budget.Charge(32L * items.Length);
        foreach (var item in items)
        {
            list.Add(item);
        }
    }

    private void SetItems(object?[] items)
    {
        var map = Peek() as PickleMap ?? throw dialect.Error("sets an item of something that is not a dictionary");
        if (items.Length % 2 != 0)
        {
            throw dialect.Error("sets items without a value for each key");
        }

        budget.Charge(64L * items.Length);
        for (var index = 0; index < items.Length; index += 2)
        {
            map.Set(items[index] ?? throw dialect.Error("has a dictionary with the key None"), items[index + 1]);
        }
    }
}
