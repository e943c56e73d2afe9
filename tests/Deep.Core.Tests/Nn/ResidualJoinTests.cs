using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Nn;

public class ResidualJoinTests
{
    public static TheoryData<FusedActivation, int, bool, ScalarType, bool> Cases
    {
        get
        {
            var cases = new TheoryData<FusedActivation, int, bool, ScalarType, bool>();
            foreach (var activation in Enum.GetValues<FusedActivation>())
            {
                foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
                {
                    cases.Add(activation, 64, true, type, true);
                    cases.Add(activation, 37, false, type, false);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void One_pass_equals_plain_operators(FusedActivation activation, int channels, bool gated, ScalarType type, bool wideShortcut)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        long[] shape = [3, channels, 5, 7];
        var branch = ChannelsLast.Of((randn(shape) * 3).to_type(type));
        var gate = gated ? rand(3, channels, 1, 1).to_type(type) : null;
        var shortcut = ChannelsLast.Of((randn(shape) * 3).to_type(wideShortcut ? ScalarType.Float32 : type)).clone();
        var (sum, activated) = ResidualJoin.Join(shortcut.clone(), branch, gate, 0.3, activation, keepsSum: true);
        var (plainSum, plainActivated) = ResidualJoin.Plain(shortcut.clone(), branch, gate, 0.3, activation, keepsSum: true);
        Assert.Equal(type, activated.dtype);
        Assert.True(sum!.allclose(plainSum!, 1e-5, 1e-5), $"{(sum - plainSum!).abs().max().item<float>()}");

        // A bf16 may round to either neighbour where the sums differ in their last digits.
        var tolerance = type == ScalarType.BFloat16 ? 8e-3 : 1e-5;
        var (found, expected) = (activated.to_type(ScalarType.Float32), plainActivated.to_type(ScalarType.Float32));
        Assert.True(found.allclose(expected, tolerance, 2e-6), $"{(found - expected).abs().max().item<float>()}");
    }

    [Theory]
    [InlineData(FusedActivation.Gelu)]
    [InlineData(FusedActivation.GeluTanh)]
    [InlineData(FusedActivation.Silu)]
    public void Activations_hold_over_the_whole_range_of_floats(FusedActivation activation)
    {
        using var scope = NewDisposeScope();
        var x = cat([linspace(-12, 12, 6000), tensor(new[] { -3e38f, -200f, -88f, 0f, -0f, 88f, 200f, 3e38f })]);
        var map = x.reshape(1, 1, 1, -1).permute(0, 3, 1, 2);
        var (_, found) = ResidualJoin.Join(zeros_like(map), map, null, 1, activation, keepsSum: false);
        var expected = ResidualJoin.Apply(activation, x.to_type(ScalarType.Float64)).to_type(ScalarType.Float32);
        Assert.True(found.flatten().allclose(expected, 1e-5, 1e-6), $"{(found.flatten() - expected).abs().max().item<float>()}");
    }

    [Fact]
    public void A_sum_in_32_bit_floats_is_changed_in_place_and_nothing_leaks()
    {
        using var shortcut = ChannelsLast.Of(ones(1, 32, 2, 2)).clone();
        using var branch = ChannelsLast.Of(ones(1, 32, 2, 2));
        var live = new LiveTensors();
        var (sum, activated) = ResidualJoin.Join(shortcut, branch, null, 2, FusedActivation.Relu, keepsSum: true);
        Assert.Same(shortcut, sum);
        Assert.Equal(3f, sum![0, 0, 0, 0].item<float>());
        activated.Dispose();
        var (none, again) = ResidualJoin.Plain(shortcut, branch, null, 2, FusedActivation.Relu, keepsSum: false);
        Assert.Null(none);
        again.Dispose();
        Assert.True(live.Created <= 1);
    }

    [Fact]
    public void Shapes_that_differ_throw()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ShapeException>(() => ResidualJoin.Join(ones(1, 4, 2, 2), ones(1, 4, 2, 3), null, 1, FusedActivation.None, true));
        Assert.Throws<ShapeException>(() => ResidualJoin.Join(ones(1, 4, 2, 2), ones(1, 4, 2, 2), ones(1, 3, 1, 1), 1, FusedActivation.None, true));
    }
}
