namespace Deep.Hub;

/// <summary>Where a download stands; reported about once a mebibyte and at every change of stage.</summary>
/// <param name="File">The file's name in its repository.</param>
/// <param name="Stage">What is happening.</param>
/// <param name="Bytes">Bytes of the file on disk so far, those of an earlier, interrupted download included.</param>
/// <param name="TotalBytes">Size of the file in bytes, or 0 while it is not known.</param>
/// <param name="Note">For <see cref="HubStage.Retrying"/>: what broke and how long the wait is; otherwise null.</param>
public sealed record HubProgress(string File, HubStage Stage, long Bytes, long TotalBytes, string? Note = null);
