namespace Deep.Suite.Tests.Rules;

/// <summary>What native code reads is held by a variable during the call (see <c>Deep.Tensors.GuardedArithmetic</c>).</summary>
public sealed class HeldNumberRules
{
    [Theory]
    [InlineData("Deep.Core")]
    [InlineData("Deep.Training")]
    [InlineData("Deep.NFNet")]
    [InlineData("Deep.Nowcast")]
    [InlineData("Deep.Perceiver")]
    public void No_package_hands_native_code_a_number_that_the_collector_may_free(string package)
    {
        var found = HeldNumbers.NotHeldIn(Path.Combine(AppContext.BaseDirectory, package + ".dll"));
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Fact]
    public void A_number_converted_in_passing_is_found()
    {
        var found = HeldNumbers.NotHeldIn(typeof(HeldNumberRules).Assembly.Location);
        Assert.Equal(
            [$"{nameof(HeldNumberRules)}.{nameof(InPassing)} calls Scalar.op_Implicit", $"{nameof(HeldNumberRules)}.{nameof(HiddenAlpha)} calls Tensor.add"],
            found);
    }

    internal static TorchSharp.torch.Tensor InPassing(TorchSharp.torch.Tensor x) => x.mul(0.5);

    internal static TorchSharp.torch.Tensor HiddenAlpha(TorchSharp.torch.Tensor x) => x.add(x);

    internal static TorchSharp.torch.Tensor Held(TorchSharp.torch.Tensor x)
    {
        using TorchSharp.Scalar half = 0.5;
        return x.mul(half);
    }
}
