using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nowcast;

// M members, S steps, H rows from north to south, W columns from west to east

/// <summary>A forecast: several equally likely courses of the rain, and what they say together.</summary>
/// <remarks>
/// NaN means that nothing is known there: nothing was observed, or the rain would come from where nothing was observed.
/// Statistics are over the members that know a cell, and NaN where none does. May be read by many threads at once.
/// </remarks>
public sealed partial class NowcastEnsemble : IDisposable
{
    private readonly float[] values;
    private readonly Lock making = new();
    private Tensor? rain;
    private bool disposed;

    /// <summary>An ensemble of given members.</summary>
    /// <param name="values">[M * S * H * W], row-major, mm/h, 0 or more, NaN where nothing is known. Kept, not copied: it must
    /// not be changed afterwards.</param>
    /// <param name="members">M, 1 or more.</param>
    /// <param name="grid">H, W and the place on the map.</param>
    /// <param name="start">Time of the last observation.</param>
    /// <param name="cadence">From step to step; the first step is one cadence after the start.</param>
    /// <exception cref="ShapeException">The values are not whole steps of whole members.</exception>
    /// <exception cref="ConfigurationException">The cadence is not above 0.</exception>
    public NowcastEnsemble(float[] values, int members, RadarGrid grid, DateTimeOffset start, TimeSpan cadence)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(grid);
        grid.Validate();
        var steps = members < 1 ? 0 : values.LongLength / members / grid.Height / grid.Width;
        if (steps < 1 || steps * members * grid.Height * grid.Width != values.LongLength)
        {
            throw new ShapeException($"{members} members on a grid of {grid.Height} x {grid.Width} cells need whole steps of "
                + $"values, but {values.LongLength} came.");
        }

        Require.That(cadence > TimeSpan.Zero, "NowcastEnsemble.Cadence", "above 0", cadence);
        this.values = values;
        (Members, Steps, Grid, Start, Cadence) = (members, (int)steps, grid, start.ToUniversalTime(), cadence);
    }

    /// <summary>An ensemble of the members in a tensor.</summary>
    /// <param name="rain">[M, S, H, W], mm/h, any float dtype and device; not disposed.</param>
    /// <param name="grid">H, W and the place on the map.</param>
    /// <param name="start">Time of the last observation.</param>
    /// <param name="cadence">From step to step.</param>
    /// <exception cref="ShapeException">The tensor has another rank, or does not fit the grid.</exception>
    /// <exception cref="ConfigurationException">The cadence is not above 0.</exception>
    public NowcastEnsemble(Tensor rain, RadarGrid grid, DateTimeOffset start, TimeSpan cadence)
        : this(ValuesOf(rain, grid), (int)rain.shape[0], grid, start, cadence)
    {
    }

    /// <summary>M.</summary>
    public int Members { get; }

    /// <summary>S.</summary>
    public int Steps { get; }

    /// <summary>H, W and the place on the map.</summary>
    public RadarGrid Grid { get; }

    /// <summary>Time of the last observation, UTC.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>From step to step; the first step is one cadence after <see cref="Start"/>.</summary>
    public TimeSpan Cadence { get; }

    /// <summary>[M, S, H, W], mm/h, float32 on the CPU, NaN where nothing is known; the ensemble's own, not to be disposed or
    /// changed.</summary>
    /// <exception cref="ObjectDisposedException">The ensemble was disposed.</exception>
    public Tensor Rain
    {
        get
        {
            lock (making)
            {
                ObjectDisposedException.ThrowIf(disposed, this);
                return rain ??= tensor(values, [Members, Steps, Grid.Height, Grid.Width]).DetachFromDisposeScope();
            }
        }
    }

    /// <summary>The values of a member at a step, without a copy.</summary>
    /// <param name="member">The member, from 0.</param>
    /// <param name="step">The step, from 0: the first is one cadence after the start.</param>
    /// <returns>[H * W], row-major, mm/h.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member or step.</exception>
    public ReadOnlySpan<float> Values(int member, int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(member);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(member, Members);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step, Steps);
        return values.AsSpan(checked((((member * Steps) + step) * Cells)), Cells);
    }

    /// <summary>A member at a step.</summary>
    /// <param name="member">The member, from 0.</param>
    /// <param name="step">The step, from 0: the first is one cadence after the start.</param>
    /// <returns>[H, W], mm/h.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member or step.</exception>
    public float[,] Member(int member, int step)
    {
        var field = new float[Grid.Height, Grid.Width];
        Buffer.BlockCopy(Values(member, step).ToArray(), 0, field, 0, sizeof(float) * Cells);
        return field;
    }

    /// <summary>A member at a step as a field that can be written, drawn or verified.</summary>
    /// <param name="member">The member, from 0.</param>
    /// <param name="step">The step, from 0.</param>
    /// <returns>The field, with the time for which it holds.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member or step.</exception>
    public RadarField Field(int member, int step) =>
        new(Values(member, step).ToArray(), Grid, RadarUnit.RainRate, TimeOf(step), Cadence, $"member {member}, step {step}");

    /// <summary>The time for which a step holds.</summary>
    /// <param name="step">The step, from 0.</param>
    public DateTimeOffset TimeOf(int step) => Start + ((step + 1) * Cadence);

    /// <summary>The step that holds at a lead time.</summary>
    /// <param name="leadMinutes">Minutes after the last observation, a multiple of the cadence.</param>
    /// <returns>The step, from 0.</returns>
    /// <exception cref="ConfigurationException">No step has this lead time.</exception>
    public int StepAt(double leadMinutes)
    {
        var step = leadMinutes / Cadence.TotalMinutes;
        Require.That(Math.Abs(step - Math.Round(step)) < 1e-6 && step > 0.5 && step < Steps + 0.5, "leadMinutes",
            $"a multiple of {Cadence.TotalMinutes:0.###} minutes up to {Steps * Cadence.TotalMinutes:0.###}", leadMinutes);
        return (int)Math.Round(step) - 1;
    }

    /// <summary>Frees the tensor of <see cref="Rain"/>.</summary>
    public void Dispose()
    {
        lock (making)
        {
            disposed = true;
            rain?.Dispose();
            rain = null;
        }
    }

    private int Cells => Grid.Height * Grid.Width;

    private static float[] ValuesOf(Tensor rain, RadarGrid grid)
    {
        ArgumentNullException.ThrowIfNull(rain);
        ArgumentNullException.ThrowIfNull(grid);
        if (rain.dim() != 4 || rain.shape[2] != grid.Height || rain.shape[3] != grid.Width || rain.numel() == 0)
        {
            throw new ShapeException($"A forecast is [members, steps, {grid.Height}, {grid.Width}], but "
                + $"[{string.Join(", ", rain.shape)}] came.");
        }

        using var scope = NewDisposeScope();
        return rain.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
    }
}
