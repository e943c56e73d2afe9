using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training;

/// <summary>Reads the batches of a source ahead, in order, on threads of its own.</summary>
/// <typeparam name="TBatch">What an objective is computed from.</typeparam>
/// <remarks>
/// Since a batch is a function of its step, the batches are the same to the bit whatever the number of workers. At most
/// as many batches as there are workers, and one more, are kept ready. An error of the source is thrown by the read of
/// the batch that it belongs to, with the stack of the place where it arose. One reader at a time; dispose it on any
/// thread to stop the workers and free what is ready.
/// </remarks>
public sealed class PrefetchedBatches<TBatch> : IBatchSource<TBatch>, ITrainingEventSource, IDisposable
    where TBatch : IDisposable
{
    private readonly IBatchSource<TBatch> _source;
    private readonly long _firstStep;
    private readonly long _count;
    private readonly int _parts;
    private readonly bool _withGradient;
    private readonly Thread[] _workers;
    private readonly Dictionary<long, PrefetchedBatch<TBatch>> _ready = [];
    private readonly object _state = new();
    private long _nextToRead;
    private long _nextToGive;
    private int _course;
    private long _waitedTicks;
    private bool _isDisposed;

    /// <summary>Begins to read ahead.</summary>
    /// <param name="source">The source; with workers, its reads must be safe on several threads at once.</param>
    /// <param name="workers">The number of threads, 0 to 256; with 0 each batch is read when it is asked for.</param>
    /// <param name="firstStep">The step with which the run begins, 0 or more.</param>
    /// <param name="steps">The step before which the run ends, above <paramref name="firstStep"/>.</param>
    /// <param name="parts">The parts that each batch is read in, 1 or more.</param>
    /// <exception cref="ConfigurationException">A number is out of its range.</exception>
    public PrefetchedBatches(IBatchSource<TBatch> source, int workers, long firstStep, long steps, int parts)
    {
        ArgumentNullException.ThrowIfNull(source);
        Require(workers is >= 0 and <= 256, nameof(workers), "from 0 to 256", workers);
        Require(firstStep >= 0, nameof(firstStep), "0 or more", firstStep);
        Require(steps > firstStep, nameof(steps), $"above the first step, {firstStep}", steps);
        Require(parts >= 1, nameof(parts), "1 or more", parts);
        (_source, _firstStep, _parts) = (source, firstStep, parts);
        _count = checked((steps - firstStep) * parts);
        _withGradient = is_grad_enabled();
        _workers = new Thread[workers];
        for (var i = 0; i < workers; i++)
        {
            _workers[i] = new Thread(ReadAhead) { IsBackground = true, Name = $"batches {i}" };
            _workers[i].Start();
        }
    }

    /// <inheritdoc/>
    public long StepsPerEpoch => _source.StepsPerEpoch;

    /// <summary>The number of threads that read ahead.</summary>
    public int Workers => _workers.Length;

    /// <summary>How long reads have waited for their batches, all together.</summary>
    public TimeSpan Waited => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _waitedTicks));

    /// <inheritdoc/>
    /// <remarks>
    /// A batch other than the next one makes the reading ahead begin anew there; one outside the run, or in another
    /// number of parts, is read on the caller's thread. Tensors belong to the caller's dispose scope.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public TBatch Read(long stepNumber, int part, int parts)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed), this);
            var isPlanned = parts == _parts && part >= 0 && part < parts && stepNumber >= _firstStep
                && stepNumber - _firstStep < _count / _parts;
            return isPlanned && _workers.Length > 0
                ? Take(((stepNumber - _firstStep) * _parts) + part).Unpack()
                : _source.Read(stepNumber, part, parts);
        }
        finally
        {
            Interlocked.Add(ref _waitedTicks, Stopwatch.GetTimestamp() - began);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<TrainingEvent> TakeEvents() => (_source as ITrainingEventSource)?.TakeEvents() ?? [];

    /// <summary>Stops the workers, waiting for the batches that they are reading, and frees what was not taken.</summary>
    public void Dispose()
    {
        lock (_state)
        {
            _isDisposed = true;
            Monitor.PulseAll(_state);
        }

        foreach (var worker in _workers)
        {
            worker.Join();
        }

        lock (_state)
        {
            Drop();
        }
    }

    private PrefetchedBatch<TBatch> Take(long index)
    {
        lock (_state)
        {
            if (index != _nextToGive)
            {
                Drop();
                _course++;
                (_nextToGive, _nextToRead) = (index, index);
                Monitor.PulseAll(_state);
            }

            PrefetchedBatch<TBatch>? taken;
            while (!_ready.Remove(index, out taken))
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                Monitor.Wait(_state);
            }

            _nextToGive++;
            Monitor.PulseAll(_state);
            return taken;
        }
    }

    private void ReadAhead()
    {
        using var mode = set_grad_enabled(_withGradient);
        while (true)
        {
            long index;
            int course;
            lock (_state)
            {
                while (!_isDisposed && (_nextToRead >= _count || _nextToRead - _nextToGive > _workers.Length))
                {
                    Monitor.Wait(_state);
                }

                if (_isDisposed)
                {
                    return;
                }

                (index, course) = (_nextToRead++, _course);
            }

            var read = PrefetchedBatch<TBatch>.Read(
                _source, _firstStep + (index / _parts), (int)(index % _parts), _parts);
            lock (_state)
            {
                if (course == _course)
                {
                    _ready.Add(index, read);
                    Monitor.PulseAll(_state);
                    continue;
                }
            }

            read.Dispose();
        }
    }

    private void Drop()
    {
        foreach (var batch in _ready.Values)
        {
            batch.Dispose();
        }

        _ready.Clear();
    }

    private static void Require(bool holds, string setting, string expected, object found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"PrefetchedBatches.{setting}", expected, found);
        }
    }
}
