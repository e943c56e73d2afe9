using Deep.Tests;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deep.Training.Tests;

public class NesterovSgdTests
{
    [SharedFact]
    public void Steps_match_the_reference_with_and_without_nesterov_and_clipping()
    {
        foreach (var test in new ParityCase("training", "sgd_agc_steps").Root.GetProperty("cases").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            var shape = ParityCase.Longs(test.GetProperty("shape"));
            var parameter = new Parameter(tensor(ParityCase.Doubles(test.GetProperty("param0"))).reshape(shape));
            var clipping = test.GetProperty("clipping");
            using var optimizer = new NesterovSgd(
                [
                    new ParameterGroup
                    {
                        Parameters = [new TrainableParameter("w", parameter, ParameterRole.Weight)],
                        WeightDecay = test.GetProperty("weight_decay").GetDouble(),
                        Clipping = clipping.ValueKind == System.Text.Json.JsonValueKind.Null
                            ? null
                            : new AdaptiveGradientClipping { ClipFactor = clipping.GetDouble() },
                    },
                ],
                test.GetProperty("momentum").GetDouble(),
                test.GetProperty("nesterov").GetBoolean(),
                test.GetProperty("dampening").GetDouble());
            foreach (var (gradient, after) in test.GetProperty("grads").EnumerateArray()
                .Zip(test.GetProperty("params_after").EnumerateArray()))
            {
                parameter.grad = tensor(ParityCase.Doubles(gradient)).reshape(shape);
                Assert.True(optimizer.Step(test.GetProperty("lr").GetDouble()));
                var expected = tensor(ParityCase.Doubles(after)).reshape(shape);
                Assert.True(parameter.allclose(expected, rtol: 1e-8, atol: 2e-9));
            }
        }
    }

    [Fact]
    public void Many_parameters_at_once_equal_the_plain_update_of_each()
    {
        using var scope = NewDisposeScope();
        manual_seed(1).Dispose();
        long[][] shapes = [[8, 3, 3, 3], [8], [8, 1, 1, 1], [], [16, 8, 1, 1], [16], [4, 8, 3, 3], [10, 16], [8, 3, 3, 3]];
        foreach (var units in Enum.GetValues<ClippingUnits>())
        {
            var clipping = new AdaptiveGradientClipping { Units = units };
            var parameters = shapes.Select(shape => new Parameter(randn(shape))).ToArray();
            var plain = parameters.Select(p => p.detach().clone()).ToArray();
            var velocities = plain.Select(p => zeros_like(p)).ToArray();
            using var optimizer = new NesterovSgd(
                [
                    new ParameterGroup
                    {
                        Parameters = [.. parameters.Select((p, i) => new TrainableParameter($"p{i}", p, ParameterRole.Weight))],
                        WeightDecay = 0.01,
                        Clipping = clipping,
                    },
                ]);
            for (var step = 0; step < 3; step++)
            {
                for (var i = 0; i < plain.Length; i++)
                {
                    var gradient = randn(shapes[i]).mul_(0.02);
                    parameters[i].grad = gradient;
                    var g = clipping.Clip(plain[i], gradient).add_(plain[i], alpha: 0.01);
                    velocities[i].mul_(0.9).add_(g);
                    plain[i].add_(g + (velocities[i] * 0.9), alpha: -0.5);
                }

                optimizer.Step(0.5);
                for (var i = 0; i < plain.Length; i++)
                {
                    Assert.True(parameters[i].allclose(plain[i], rtol: 1e-6, atol: 1e-7), $"{units}, step {step}, parameter {i}");
                }
            }

            var statistics = optimizer.TakeClippingStatistics();
            Assert.InRange(statistics.ClippedShare, 0.3, 1);
            Assert.Equal(0, optimizer.TakeClippingStatistics().Units);
        }
    }
}
