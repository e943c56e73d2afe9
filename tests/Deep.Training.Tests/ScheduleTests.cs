namespace Deep.Training.Tests;

public class ScheduleTests
{
    public static TheoryData<string> Names => [.. All.Keys];

    // One of each, with a length of about 100 steps.
    private static Dictionary<string, Schedule> All => new()
    {
        ["constant"] = Schedules.Constant(0.1),
        ["cosine"] = Schedules.Cosine(0.1, 100, 0.01),
        ["cosine with restarts"] = Schedules.Cosine(0.1, 10, 0.01, cycles: new() { Count = 4, LengthFactor = 1.7, RateFactor = 0.8 }),
        ["k-decay"] = Schedules.Cosine(0.1, 100, 0.01, timeExponent: 1.5),
        ["cosine wave"] = Schedules.CosineWave(0.1, 100, 1.5, 0.01),
        ["polynomial"] = Schedules.Polynomial(0.1, 100, 2, 0.01),
        ["linear"] = Schedules.Linear(0.1, 100, 0.01),
        ["tanh"] = Schedules.Tanh(0.1, 100, minimum: 0.01),
        ["step"] = Schedules.Step(0.1, 30, 0.5),
        ["multi-step"] = Schedules.MultiStep(0.1, [30, 60, 90], 0.1),
        ["exponential"] = Schedules.Exponential(0.1, 0.97, 0.01),
        ["inverse square root"] = Schedules.InverseSquareRoot(0.1, 10),
        ["one cycle"] = Schedules.OneCycle(0.1, 100),
        ["one cycle of three phases"] = Schedules.OneCycle(0.1, 100, fallsToStartFirst: true, shape: RampShape.Linear),
        ["cyclic"] = Schedules.Cyclic(0.01, 0.1, 10, 15, 0.5, 0.99),
        ["warm-up, stable, decay"] = Schedules.WarmupStableDecay(0.1, 10, 50, 40, 0.01, 0.01),
        ["warm-up cosine"] = Schedules.WarmupCosine(0.1, 10, 100),
        ["warm-up exponential"] = Schedules.WarmupExponential(0.1, 10, 0.9, 5),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_schedule_is_a_function_of_the_step_alone_between_nought_and_its_highest_rate(string name)
    {
        var schedule = All[name];
        var forwards = Enumerable.Range(0, 300).Select(step => schedule(step)).ToArray();
        var backwards = Enumerable.Range(0, 300).Reverse().Select(step => schedule(step)).Reverse().ToArray();
        Assert.Equal(forwards, backwards);
        Assert.All(forwards, rate => Assert.InRange(rate, 0, 0.1 + 1e-12));
        Assert.InRange(schedule(1L << 40), 0, 0.1 + 1e-12);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_warmup_before_a_schedule_shifts_it_and_one_over_it_hides_its_first_steps(string name)
    {
        var schedule = All[name];
        var (after, under) = (schedule.AfterWarmup(7, 0.003), schedule.UnderWarmup(7, 0.003, peak: 0.08));
        Assert.Equal(0.003, after(0), 1e-15);
        Assert.Equal(0.003, under(0), 1e-15);
        Assert.Equal(0.003 + (0.077 * 6 / 7), under(6), 1e-12);
        Assert.Equal(0.003 + ((schedule(0) - 0.003) * 6 / 7), after(6), 1e-12);
        for (var step = 7; step < 150; step++)
        {
            Assert.Equal(schedule(step - 7), after(step));
            Assert.Equal(schedule(step), under(step));
        }

        Assert.Equal(schedule(7) * 3 / 7, schedule.UnderWarmup(7)(3), 1e-12);
        Assert.Equal(schedule(0), schedule.AfterWarmup(0)(0));
    }

    [Fact]
    public void Restarts_begin_exactly_where_the_cycle_before_them_ends()
    {
        foreach (var factor in new[] { 1, 2, 3, 5, 10 })
        {
            var schedule = Schedules.Cosine(1, 7, cycles: new() { Count = 6, LengthFactor = factor, RateFactor = 0.5 });
            long start = 0;
            long length = 7;
            for (var cycle = 0; cycle < 6; cycle++)
            {
                Assert.Equal(Math.Pow(0.5, cycle), schedule(start), 1e-12);
                Assert.InRange(schedule(start + length - 1), 0, 0.06 * Math.Pow(0.5, cycle));
                (start, length) = (start + length, length * factor);
            }

            Assert.Equal(0, schedule(start));
        }
    }

    [Fact]
    public void A_schedule_reaches_the_values_that_its_name_promises()
    {
        Assert.Equal([1, 1, 0.5, 0.5, 0.25], Rates(Schedules.Step(1, 2, 0.5), 5));
        Assert.Equal([1, 0.1, 0.1, 0.01], Rates(Schedules.MultiStep(1, [1, 3], 0.1), 4), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([1, 0.5, 0.25, 0.2], Rates(Schedules.Exponential(1, 0.5, 0.2), 4));
        Assert.Equal([0, 0.5, 1, 0.75, 0.5, 0.25, 0, 0.25, 0.5], Rates(Schedules.Cyclic(0, 1, 2, 4, 0.5), 9));
        Assert.Equal([0, 0.5, 1, 1, 1, 0.5, 0, 0], Rates(Schedules.WarmupStableDecay(1, 2, 2, 2, decayShape: RampShape.Linear), 8));

        // PyTorch 1.13: OneCycleLR(max_lr=1, total_steps=10, pct_start=.4, three_phase=True, anneal_strategy="linear", div_factor=10, final_div_factor=10).
        Assert.Equal(
            [0.1, 0.4, 0.7, 1, 0.7, 0.4, 0.1, 0.07, 0.04, 0.01],
            Rates(Schedules.OneCycle(1, 10, 0.4, 10, 10, RampShape.Linear, fallsToStartFirst: true), 10), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(0.01, Schedules.OneCycle(1, 10, 0.4, 10, 10)(999), 1e-12);
    }

    [Fact]
    public void Impossible_values_are_refused_with_the_name_of_the_setting()
    {
        var one = Schedules.Constant(1);
        var wrong = new Dictionary<string, Func<Schedule>>
        {
            ["Schedules.Cosine rate"] = () => Schedules.Cosine(double.NaN, 10),
            ["Schedules.Cosine steps"] = () => Schedules.Cosine(1, 0),
            ["Schedules.Cosine minimum"] = () => Schedules.Cosine(1, 10, -1),
            ["Schedules.Cosine timeExponent"] = () => Schedules.Cosine(1, 10, 0, 0),
            ["RestartCycles.Count"] = () => Schedules.Cosine(1, 10, cycles: new() { Count = 0 }),
            ["RestartCycles.LengthFactor"] = () => Schedules.Cosine(1, 10, cycles: new() { LengthFactor = 0.5 }),
            ["RestartCycles.RateFactor"] = () => Schedules.Cosine(1, 10, cycles: new() { RateFactor = 2 }),
            ["Schedules.CosineWave waves"] = () => Schedules.CosineWave(1, 10, 0),
            ["Schedules.Polynomial power"] = () => Schedules.Polynomial(1, 10, 0),
            ["Schedules.Linear steps"] = () => Schedules.Linear(1, double.PositiveInfinity),
            ["Schedules.Tanh lower"] = () => Schedules.Tanh(1, 10, 3, 3),
            ["Schedules.Step interval"] = () => Schedules.Step(1, 0, 0.5),
            ["Schedules.Step factor"] = () => Schedules.Step(1, 1, 1.5),
            ["Schedules.MultiStep milestones"] = () => Schedules.MultiStep(1, [5, 4], 0.5),
            ["Schedules.Exponential factor"] = () => Schedules.Exponential(1, 0),
            ["Schedules.InverseSquareRoot timescale"] = () => Schedules.InverseSquareRoot(1, -1),
            ["Schedules.OneCycle steps"] = () => Schedules.OneCycle(1, 1),
            ["Schedules.OneCycle riseShare"] = () => Schedules.OneCycle(1, 10, 0.6, fallsToStartFirst: true),
            ["Schedules.OneCycle shape"] = () => Schedules.OneCycle(1, 10, shape: (RampShape)9),
            ["Schedules.Cyclic maximum"] = () => Schedules.Cyclic(1, 0.5, 10),
            ["Schedules.Cyclic fallSteps"] = () => Schedules.Cyclic(0, 1, 10, 0),
            ["Schedules.WarmupStableDecay decaySteps"] = () => Schedules.WarmupStableDecay(1, 1, 1, 0),
            ["Schedule.AfterWarmup steps"] = () => one.AfterWarmup(-1),
            ["Schedule.AfterWarmup start"] = () => one.AfterWarmup(1, double.NaN),
            ["Schedule.UnderWarmup peak"] = () => one.UnderWarmup(1, 0, -1),
        };
        foreach (var (setting, build) in wrong)
        {
            Assert.Equal(setting, Assert.Throws<ConfigurationException>(build).Setting);
        }
    }

    private static double[] Rates(Schedule schedule, int steps) => [.. Enumerable.Range(0, steps).Select(step => schedule(step))];
}
