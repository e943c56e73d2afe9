namespace Deep.Parity.Cases;

/// <summary>A case file that does not follow the format, or asks for something that its adapter does not know.</summary>
public sealed class MalformedCaseException(string reason) : Exception(reason);
