using Deep.Nowcast;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using static TorchSharp.torch;

namespace Deep.Parity.Families.Nowcast;

/// <summary>DGMR's blocks, stacks, generators and discriminators, in eval mode and in training mode.</summary>
public sealed class NowcastModelFamily : IParityFamily
{
    private const string Probe = ".probe";

    /// <inheritdoc/>
    public bool Owns(ParityCase parity) => parity.Family == "nowcast" && parity.Model != "losses";

    /// <inheritdoc/>
    public void Run(ParityCase parity, SharedFolder folder, CaseCheck check)
    {
        using var scope = NewDisposeScope();
        if (parity.Inputs.Any(input => input.Name.EndsWith(Probe, StringComparison.Ordinal)))
        {
            Train(parity, check);
            return;
        }

        using var frozen = no_grad();
        NowcastModules.Forward(parity, check);
    }

    // One forward and backward pass of sum(out * probe), then what the buffers hold.
    private static void Train(ParityCase parity, CaseCheck check)
    {
        var (module, forward) = NowcastModules.Block(parity);
        using var owned = module;
        new SpectralWeights(parity).Fill(module);
        module.train();
        var inputs = parity.Inputs.Where(input => !input.Name.EndsWith(Probe, StringComparison.Ordinal))
            .ToDictionary(input => input.Name, input => parity.Tensor(input.Name).requires_grad_());
        var output = forward(inputs);
        var probe = parity.Tensor(parity.Inputs.Single(input => input.Name.EndsWith(Probe, StringComparison.Ordinal)).Name);
        var loss = output.mul(probe).sum();
        loss.backward();
        check.Give("out", output);
        check.Give("loss", loss);
        foreach (var (name, input) in inputs)
        {
            check.Give("grad." + name, input.grad!);
        }

        foreach (var (name, parameter) in module.named_parameters())
        {
            if (parameter.grad is { } gradient)
            {
                check.Give("grad." + name, gradient);
            }
        }

        foreach (var (name, buffer) in module.named_buffers())
        {
            check.Give("after." + name, buffer);
        }
    }
}
