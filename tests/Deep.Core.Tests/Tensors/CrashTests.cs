namespace Deep.Tests.Tensors;

public class CrashTests
{
    public static TheoryData<string> Mistakes => [.. ChildProcess.Names.Where(name => name != "plain")];

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_throws_one_of_our_exceptions_and_never_ends_the_process(string scenario)
    {
        var (exitCode, error) = ChildProcess.Run(scenario);
        Assert.True(exitCode == 3, $"exit code {exitCode}: {error}");
    }

    [Fact]
    public void Without_the_C_interface_plain_operators_give_the_same_numbers()
    {
        var (exitCode, error) = ChildProcess.Run("plain", plain: true);
        Assert.True(exitCode == 0, $"exit code {exitCode}: {error}");
    }
}
