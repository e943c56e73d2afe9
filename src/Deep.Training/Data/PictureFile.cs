namespace Deep.Training;

/// <summary>One picture file: what it is called, its class, and where it is (a path or an entry of an archive).</summary>
internal readonly record struct PictureFile(string Name, string Class, object Source);
