using System.Text.Json;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Training;

namespace Deep.Parity.Families.Training;

/// <summary>Learning-rate curves of timm, Transformers, PyTorch and DeepMind, under the names of their own settings.</summary>
internal static class ScheduleCase
{
    public static void Run(JsonElement root, CaseCheck check)
    {
        foreach (var (entry, index) in root.GetProperty("cases").EnumerateArray().Select((entry, index) => (entry, index)))
        {
            var settings = new CurveSettings(entry);
            var schedule = Build(settings);
            var at = $"cases[{index}], {settings.Kind}";
            if (settings.Unread is { Length: > 0 } unread)
            {
                throw new MalformedCaseException($"{at}: the settings {unread} are not known to the adapter");
            }

            // A factor is what our rate is when the base rate is 1.
            var expected = entry.TryGetProperty("lr_at", out var rates) ? rates : entry.GetProperty("factor_at");
            check.Agree(
                at, expected.Numbers(), [.. entry.GetProperty("t").Numbers().Select(t => schedule((long)t))], expected.Tolerance());
        }
    }

    private static Schedule Build(CurveSettings s)
    {
        var kind = s.Kind;
        return kind switch
        {
            "timm-cosine" => Warmed(s, Schedules.Cosine(s["lr"], s["t_initial"], s["lr_min", 0], s["k_decay", 1], Cycles(s))),
            "timm-poly" => Warmed(
                s, Schedules.Polynomial(s["lr"], s["t_initial"], s["power"], s["lr_min", 0], s["k_decay", 1], Cycles(s))),
            "timm-tanh" => Schedules.Tanh(s["lr"], s["t_initial"], s["lb"], s["ub"], s["lr_min", 0], Cycles(s)),
            "timm-step" => Warmed(s, Schedules.Step(s["lr"], s["decay_t"], s["decay_rate"]), prefix: true),
            "timm-multistep" => Schedules.MultiStep(
                s["lr"], s.List("decay_t").Select(decay => (long)decay - 1), s["decay_rate"]),
            "deepmind-warmup-cosine" => Schedules.WarmupCosine(
                s["max_val"], s["warmup_steps"], s["num_steps"], s["start_val"], s["min_val"]),
            "hf-cosine" or "hf-cosine-min" => Schedules.CosineWave(1, s["n"] - s["w"], s["c"], s["m"]).AfterWarmup((long)s["w"]),
            "hf-linear" => Schedules.Linear(1, s["n"] - s["w"]).AfterWarmup((long)s["w"]),
            "hf-cosine-restarts" => Schedules.Cosine(1, (s["n"] - s["w"]) / s["c"], cycles: new() { Count = (int)s["c"] })
                .AfterWarmup((long)s["w"]),
            "hf-polynomial" => Schedules.Polynomial(1, s["n"] - s["w"], s["power"], s["lr_end"] / s["lr_init"])
                .AfterWarmup((long)s["w"]),
            "hf-inverse-sqrt" => Schedules.InverseSquareRoot(1, s["ts"]).AfterWarmup((long)s["w"]),
            "hf-wsd" => Schedules.WarmupStableDecay(
                1, (long)s["w"], (long)s["stable"], (long)s["decay"], s["m"], s["m"], s.Shape("warmup_type"), s.Shape("decay_type")),
            "torch-onecycle-cos" => Schedules.OneCycle(
                s["max_lr"], (long)s["total_steps"], s["pct_start"], s["div_factor"], s["final_div_factor"]),
            _ => throw new MalformedCaseException($"the curve {kind} is not known to the adapter"),
        };
    }

    private static RestartCycles Cycles(CurveSettings s) => new()
    {
        Count = (int)s["cycle_limit", 1],
        LengthFactor = s["cycle_mul", 1],
        RateFactor = s["cycle_decay", 1],
    };

    private static Schedule Warmed(CurveSettings s, Schedule curve, bool prefix = false)
    {
        var (steps, start) = ((long)s["warmup_t", 0], s["warmup_lr_init", 0]);
        return s.Holds("warmup_prefix", prefix) ? curve.AfterWarmup(steps, start) : curve.UnderWarmup(steps, start, s["lr"]);
    }

    /// <summary>The settings of one curve, which remembers those that nobody read.</summary>
    private sealed class CurveSettings(JsonElement entry)
    {
        private readonly HashSet<string> read = ["kind", "t", "lr_at", "factor_at"];

        public string Kind => entry.GetProperty("kind").GetString()!;

        public string Unread => string.Join(", ", entry.EnumerateObject().Select(p => p.Name).Where(name => !read.Contains(name)));

        public double this[string name] => Read(name)?.GetDouble() ?? throw new MalformedCaseException($"{Kind} lacks {name}");

        public double this[string name, double fallback] => Read(name)?.GetDouble() ?? fallback;

        public double[] List(string name) => Read(name)?.Numbers() ?? throw new MalformedCaseException($"{Kind} lacks {name}");

        public bool Holds(string name, bool fallback) => Read(name)?.GetBoolean() ?? fallback;

        public RampShape Shape(string name) => Read(name)?.GetString() switch
        {
            "linear" => RampShape.Linear,
            "cosine" => RampShape.Cosine,
            "1-sqrt" => RampShape.OneMinusSquareRoot,
            var other => throw new MalformedCaseException($"{Kind}: {name} {other} is not known to the adapter"),
        };

        private JsonElement? Read(string name)
        {
            read.Add(name);
            return entry.TryGetProperty(name, out var value) ? value : null;
        }
    }
}
