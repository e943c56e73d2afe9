using Deep.Parity;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Parity.Families;

namespace Deep.NFNets.Tests.Parity;

public sealed class ParityRunnerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("parity-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_case_whose_outputs_agree_passes()
    {
        var result = Run(Case(), c => c.Give("y", [2], [1, 3]));
        Assert.Equal(CaseStatus.Pass, result.Status);
        Assert.Matches(@"^PASS toy/some_model one 0\.00e\+00 1e-03 \d+\.\d\d$", result.ToString());
    }

    [Fact]
    public void A_different_value_fails_with_one_line_that_names_the_output()
    {
        var result = Run(Case(), c => c.Give("y", [2], [1, 4]));
        Assert.Equal(CaseStatus.Fail, result.Status);
        Assert.Contains("y[1] differs by 1", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_output_that_nobody_computes_fails()
    {
        var result = Run(Case(), _ => { });
        Assert.Equal(CaseStatus.Fail, result.Status);
        Assert.Contains("output y is not known", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_nobody_reads_fails()
    {
        var result = Run(Case(config: """{"width": 3, "odd": true}"""), c => c.Give("y", [2], [1, 3]));
        Assert.Equal(CaseStatus.Fail, result.Status);
        Assert.Contains("settings width, odd are not known", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_exception_of_an_adapter_is_one_failed_case_with_one_line()
    {
        var result = Run(Case(), _ => throw new InvalidOperationException("first\nsecond"));
        Assert.Equal(CaseStatus.Fail, result.Status);
        Assert.Equal("InvalidOperationException: first", result.Reason);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"format": "deep-parity/1", "family": "toy"}""")]
    [InlineData("""{"family": "toy"}""")]
    [InlineData("""{"format": "deep-parity/1", "family": "toy", "weights": [], "inputs": [], "outputs": [], "atol": 1}""")]
    public void A_malformed_file_is_one_failed_case(string text)
    {
        var result = Run(text, _ => { });
        Assert.Equal(CaseStatus.Fail, result.Status);
        Assert.DoesNotContain('\n', result.ToString());
    }

    [Fact]
    public void Values_that_do_not_fit_the_shape_are_malformed()
    {
        var result = Run(Case().Replace("[2]", "[3]", StringComparison.Ordinal), c => c.Give("y", [2], [1, 3]));
        Assert.Contains("do not fit its shape", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_family_of_the_plan_is_skipped_and_an_invented_one_fails()
    {
        File.WriteAllText(Path.Combine(folder, "a.json"), Case().Replace("toy", "audio", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(folder, "b.json"), Case().Replace("toy", "invented", StringComparison.Ordinal));
        using var output = new StringWriter();
        var code = new ParityRunner([new UnbuiltFamilies()], new(folder)).RunAll(ParityArguments.Parse([folder]).Files, output);
        Assert.Equal(1, code);
        Assert.EndsWith("parity: 0 passed, 1 failed, 1 skipped", output.ToString().TrimEnd(), StringComparison.Ordinal);
        Assert.StartsWith("SKIP audio/some_model a ", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--shared")]
    [InlineData("--unknown")]
    [InlineData("no-such-file.json")]
    public void A_wrong_argument_is_refused(string argument) =>
        Assert.Throws<ArgumentException>(() => ParityArguments.Parse([argument]));

    private static string Case(string config = "{}") =>
        $$"""
        {"format": "deep-parity/1", "family": "toy", "model": "some model", "config": {{config}}, "weights": [], "inputs": [],
         "outputs": [{"name": "y", "shape": [2], "mean": 2, "std": 1, "indices": null, "values": [1, 3]}], "atol": 1e-3}
        """;

    private CaseResult Run(string text, Action<CaseCheck> compute)
    {
        var file = Path.Combine(folder, "one.json");
        File.WriteAllText(file, text);
        return new ParityRunner([new Toy(compute)], new(folder)).Run(file);
    }

    private sealed class Toy(Action<CaseCheck> compute) : IParityFamily
    {
        public bool Owns(ParityCase parity) => parity.Family == "toy";

        public void Run(ParityCase parity, SharedFolder folder, CaseCheck check) => compute(check);
    }
}
