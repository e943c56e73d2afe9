using Deep.Parity.Cases;
using Deep.Parity.Comparison;

namespace Deep.Parity.Families;

/// <summary>All that the runner knows about a family: which cases are its own, and how to compute one.</summary>
public interface IParityFamily
{
    /// <summary>Whether the family computes this case.</summary>
    bool Owns(ParityCase parity);

    /// <summary>Computes the case and gives each output that it expects to <paramref name="check"/>.</summary>
    /// <param name="parity">The case.</param>
    /// <param name="folder">Where files lie that the case names.</param>
    /// <param name="check">Takes the outputs.</param>
    /// <exception cref="MalformedCaseException">The case asks for something that the adapter does not know.</exception>
    void Run(ParityCase parity, SharedFolder folder, CaseCheck check);
}
