using System.Text;

namespace Deep.Checkpoints.Pickle;

/// <summary>
/// What one kind of pickle may contain: its opcodes, the globals it may name and what each of them does.
/// </summary>
/// <remarks>
/// Nothing is looked up by name in a running program: a global is one of the dialect's own list, and "calling" it
/// builds one of our own values. A dialect that cannot make sense of something throws through <see cref="Error"/>.
/// </remarks>
internal abstract class PickleDialect(CheckpointBytes source, AllocationBudget budget)
{
    /// <summary>The text opcodes of Python 2 give text in PyTorch's dialect and bytes in NumPy's.</summary>
    public virtual bool ShortStringsAreBytes => false;

    public abstract IReadOnlySet<PickleOpcode> Opcodes { get; }

    protected CheckpointBytes Source => source;

    protected AllocationBudget Budget => budget;

    /// <summary>What a global stands for; anything that is not on the list is refused by name.</summary>
    public abstract object Resolve(PickleGlobal global);

    /// <summary>Calls what <see cref="Resolve"/> gave.</summary>
    public abstract object? Call(object? callable, PickleTuple arguments);

    /// <summary>Makes a new instance of a class, as NEWOBJ does.</summary>
    public abstract object? Create(object? type, PickleTuple arguments);

    /// <summary>Gives an object its state, as BUILD does.</summary>
    /// <returns>The object to go on with.</returns>
    public abstract object? Build(object? target, object? state);

    /// <summary>What a persistent id refers to.</summary>
    public virtual object Load(object? persistentId) => throw Error("refers to a persistent object, which it may not");

    public CheckpointException Error(string reason) => source.Error("pickle", reason);

    protected CheckpointException Refuse(PickleGlobal global) =>
        Error($"names {global}, which is not on the list of what a checkpoint may contain");

    protected CheckpointException Misuse(object? callable) =>
        Error($"calls {Describe(callable)} in a way that is not allowed");

    protected static string Describe(object? value) => value switch
    {
        null => "None",
        PickleGlobal global => global.ToString(),
        string => "a string",
        PickleMap => "a dictionary",
        PickleList => "a list",
        PickleTuple => "a tuple",
        PickleBytes => "bytes",
        _ => $"a {value.GetType().Name}",
    };

    /// <summary>An OrderedDict from nothing, a dictionary, or a list of pairs.</summary>
    protected PickleMap MakeMap(object? callable, PickleTuple arguments, bool ordered)
    {
        var map = new PickleMap { Ordered = ordered };
        budget.ChargeObject();
        switch (arguments.Items)
        {
            case []:
                break;
            case [PickleMap other]:
                foreach (var (key, value) in other.Items)
                {
                    budget.ChargeObject(80);
                    map.Set(key, value);
                }

                break;
            case [PickleList pairs]:
                foreach (var pair in pairs.Items)
                {
                    var items = pair is PickleTuple tuple ? tuple.Items : (pair as PickleList)?.Items.ToArray();
                    if (items is not [{ } key, var value])
                    {
                        throw Misuse(callable);
                    }

                    budget.ChargeObject(80);
                    map.Set(key, value);
                }

                break;
            default:
                throw Misuse(callable);
        }

        return map;
    }

    /// <summary><c>_codecs.encode(text, 'latin1')</c>, which is how protocol 2 writes bytes.</summary>
    protected PickleBytes Encode(object? callable, PickleTuple arguments)
    {
        budget.ChargeObject((arguments.Items.FirstOrDefault() as string)?.Length ?? 0);
        return arguments.Items switch
        {
            [PickleBytes { Encoding: PickleEncoding.Text } text, "latin1" or "latin-1"] =>
                text with { Encoding = PickleEncoding.Latin1Text },
            [string text, "latin1" or "latin-1"] when text.All(letter => letter <= 0xFF) =>
                new PickleBytes(0, text.Length, PickleEncoding.Raw) { Inline = Encoding.Latin1.GetBytes(text) },
            _ => throw Misuse(callable),
        };
    }
}
