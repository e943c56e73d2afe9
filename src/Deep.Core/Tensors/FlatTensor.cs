using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tensors;

/// <summary>
/// One buffer that holds many tensors of any shapes one after the other, so that arithmetic over all of them is one call.
/// </summary>
/// <remarks>
/// Tensors that are row-major, on the CPU and of the buffer's type are gathered as bytes, all others one by one. The
/// buffer must not be part of an autograd graph. Not safe for use by several threads at once. The caller disposes it.
/// </remarks>
public sealed class FlatTensor : IDisposable
{
    private readonly Tensor[] _parts;
    private readonly long[] _starts;

    /// <summary>A buffer of zeros.</summary>
    /// <param name="shapes">The shapes of the tensors, in order.</param>
    /// <param name="type">The element type of the buffer.</param>
    /// <param name="device">Where the buffer is; null: the CPU.</param>
    public FlatTensor(IReadOnlyList<long[]> shapes, ScalarType type, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        _starts = new long[shapes.Count + 1];
        for (var i = 0; i < shapes.Count; i++)
        {
            _starts[i + 1] = _starts[i] + shapes[i].Aggregate(1L, (product, size) => checked(product * size));
        }

        Values = zeros(_starts[^1], type, device).DetachFromDisposeScope();
        _parts =
        [
            .. shapes.Select((shape, i) =>
                Values.narrow(0, _starts[i], _starts[i + 1] - _starts[i]).view(shape).DetachFromDisposeScope()),
        ];
    }

    /// <summary>[elements of all tensors]; belongs to this object.</summary>
    public Tensor Values { get; }

    /// <summary>The place of each tensor in the buffer, as a view in its shape; they belong to this object.</summary>
    public IReadOnlyList<Tensor> Parts => _parts;

    /// <summary>Where each tensor starts, and after the last where the buffer ends.</summary>
    public IReadOnlyList<long> Starts => _starts;

    /// <summary>Copies tensors in; null stands for zeros.</summary>
    /// <param name="sources">As many as there are parts, of their shapes, of any type and device.</param>
    /// <exception cref="ShapeException">There are more or fewer.</exception>
    public void Gather(IReadOnlyList<Tensor?> sources)
    {
        RequireAll(sources);
        using var withoutGradient = no_grad();
        var memory = PlainMemory.Of(Values);
        for (var i = 0; i < _parts.Length; i++)
        {
            if (sources[i] is not { } source)
            {
                _parts[i].zero_();
            }
            else if (memory is null || !memory.Value.TryRead(source, _starts[i], _starts[i + 1] - _starts[i]))
            {
                _parts[i].copy_(source);
            }
        }
    }

    /// <summary>Copies the parts out.</summary>
    /// <param name="targets">As many as there are parts, of their shapes, of any type and device.</param>
    /// <exception cref="ShapeException">There are more or fewer.</exception>
    public void Scatter(IReadOnlyList<Tensor> targets)
    {
        RequireAll(targets);
        using var withoutGradient = no_grad();
        if (_parts.Length > 0 && Dispatcher.IsAvailable)
        {
            // One call, which tells autograd of the change as copy_ does.
            Dispatcher.CallInPlace(
                "aten::_foreach_copy_", "", [Dispatcher.From(targets), Dispatcher.From(_parts), Dispatcher.From(false)]);
            return;
        }

        for (var i = 0; i < _parts.Length; i++)
        {
            targets[i].copy_(_parts[i]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in _parts)
        {
            part.Dispose();
        }

        Values.Dispose();
    }

    private void RequireAll<T>(IReadOnlyList<T> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.Count != _parts.Length)
        {
            throw new ShapeException($"The buffer has {_parts.Length} parts, but got {tensors.Count} tensors.");
        }
    }
}
