namespace Deep.Checkpoints;

/// <summary>
/// One line of a <see cref="NameMap"/>: what a foreign checkpoint calls a tensor, and what we call it.
/// </summary>
/// <param name="Theirs">The name in their checkpoint.</param>
/// <param name="Ours">Our name, or null when their tensor is knowingly dropped.</param>
/// <param name="Transform">
/// How the layout changes from theirs to ours; null for <see cref="TensorTransform.Identity"/>.
/// </param>
public sealed record NameMapping(string Theirs, string? Ours, TensorTransform? Transform = null);
