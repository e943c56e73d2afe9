using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Tensors;

public class DispatcherTests
{
    [Fact]
    public void The_pinned_backend_has_the_C_interface_and_fused_convolutions()
    {
        var report = NativeBackend.Probe();
        Assert.True(report.HasDispatcher);
        Assert.True(report.HasFusedConvolution || System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture != System.Runtime.InteropServices.Architecture.X64);
    }

    [Fact]
    public void Gradients_flow_through_a_dispatched_operator()
    {
        using var scope = NewDisposeScope();
        var x = randn([1, 3, 4, 5], requires_grad: true);
        Dispatcher.ContiguousChannelsLast(x).square().sum().backward();
        Assert.True(x.grad!.allclose(2 * x));
    }

    [Fact]
    public void An_operator_that_refuses_its_arguments_throws() =>
        Assert.Throws<DeepException>(() => Dispatcher.Call("aten::no_such_operator", "", [0]));

    [Fact]
    public void Bytes_are_seen_as_another_dtype_over_the_same_memory()
    {
        using var scope = NewDisposeScope();
        var numbers = tensor(new[] { 1.5f, -2f, 3.25f });
        var bytes = Reinterpret.As(numbers, ScalarType.Byte);
        Assert.Equal([12], bytes.shape);
        Assert.Equal(numbers.bytes.ToArray(), bytes.bytes.ToArray());
        var back = Reinterpret.As(bytes, ScalarType.Float32);
        numbers.fill_(7);
        Assert.Equal([7f, 7f, 7f], back.data<float>().ToArray());
        Assert.Throws<ShapeException>(() => Reinterpret.As(bytes[TensorIndex.Slice(1, 9)], ScalarType.Float32));
        Assert.Throws<ShapeException>(() => Reinterpret.As(bytes[TensorIndex.Slice(0, 7)], ScalarType.Float32));
    }

    [Fact]
    public void Fused_AdamW_equals_the_plain_one_over_many_steps()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        long[][] shapes = [[4, 3], [7], [2, 2, 2]];
        var start = shapes.Select(shape => randn(shape)).ToArray();
        Tensor[] Copy() => [.. start.Select(t => t.clone())];
        Tensor[] Zeros() => [.. start.Select(t => zeros_like(t))];
        var (fused, fusedFirst, fusedSecond) = (Copy(), Zeros(), Zeros());
        var (plain, plainFirst, plainSecond) = (Copy(), Zeros(), Zeros());
        for (var step = 1; step <= 20; step++)
        {
            var gradients = start.Select(t => randn_like(t)).ToArray();
            FusedAdamW.Fused(new(fused, gradients, fusedFirst, fusedSecond, step, 1e-2, 0.9, 0.99, 1e-8, 0.1));
            FusedAdamW.Plain(new(plain, gradients, plainFirst, plainSecond, step, 1e-2, 0.9, 0.99, 1e-8, 0.1));
        }

        Assert.All(fused.Zip(plain), pair => Assert.True(pair.First.allclose(pair.Second, 1e-5, 1e-6)));
        Assert.All(fusedSecond.Zip(plainSecond), pair => Assert.True(pair.First.allclose(pair.Second, 1e-5, 1e-6)));
        Assert.Throws<ConfigurationException>(() => FusedAdamW.Step(plain, plain, plainFirst, plainSecond, 0, 1e-2));
        Assert.Throws<ShapeException>(() => FusedAdamW.Step(plain, [], plainFirst, plainSecond, 1, 1e-2));
    }

    [Theory]
    [InlineData(true, 0, 0.01)]
    [InlineData(false, 0.25, 0)]
    public void Fused_gradient_descent_equals_the_plain_one_over_many_steps(bool nesterov, double dampening, double decay)
    {
        using var scope = NewDisposeScope();
        manual_seed(6).Dispose();
        long[][] shapes = [[4, 3], [7], [2, 2, 2], [40, 40]];
        Tensor[] fused = [.. shapes.Select(shape => randn(shape))], plain = [.. fused.Select(t => t.clone())];
        Tensor[] fusedVelocities = [.. fused.Select(t => zeros_like(t))], plainVelocities = [.. fused.Select(t => zeros_like(t))];
        for (var step = 1; step <= 20; step++)
        {
            var gradients = fused.Select(t => randn_like(t)).ToArray();
            FusedSgd.Fused(new(fused, gradients, fusedVelocities, 0.1, 0.9, dampening, nesterov, decay));
            FusedSgd.Plain(new(plain, [.. gradients.Select(t => t.clone())], plainVelocities, 0.1, 0.9, dampening, nesterov, decay));
        }

        Assert.All(fused.Zip(plain), pair => Assert.True(pair.First.allclose(pair.Second, 1e-5, 1e-5)));
        Assert.All(fusedVelocities.Zip(plainVelocities), pair => Assert.True(pair.First.allclose(pair.Second, 1e-5, 1e-5)));
        Assert.Throws<ShapeException>(() => FusedSgd.Step(plain, [], plainVelocities, 0.1));
    }

    [Fact]
    public void A_parallel_loop_takes_each_turn_once_and_hands_errors_back()
    {
        var taken = new int[10_000];
        ComputeThreads.For(taken.Length, 100, (begin, end) =>
        {
            for (var i = begin; i < end; i++)
            {
                Interlocked.Increment(ref taken[i]);
            }
        });
        Assert.All(taken, count => Assert.Equal(1, count));
        Assert.Throws<InvalidOperationException>(() => ComputeThreads.For(10_000, 1, (_, _) => throw new InvalidOperationException()));
        Assert.Throws<ConfigurationException>(() => ComputeThreads.For(1, 0, (_, _) => { }));
    }

    [Fact]
    public void Dispatched_calls_leave_nothing_behind()
    {
        using var x = randn(1, 3, 4, 5);
        var live = new LiveTensors();
        for (var i = 0; i < 10; i++)
        {
            Dispatcher.ContiguousChannelsLast(x).Dispose();
            Reinterpret.As(x, ScalarType.Int32).Dispose();
        }

        Assert.Equal(0, live.Created);
    }
}
