namespace Deep.Cli.Tour;

/// <summary>A picture of the tour.</summary>
/// <param name="Name">What it is called; it begins with the label that a person would give.</param>
/// <param name="Jpeg">The bytes of its JPEG file.</param>
internal sealed record GalleryPicture(string Name, byte[] Jpeg)
{
    /// <summary>Whether a person would give this label too.</summary>
    public bool IsCalled(string label) => Name.StartsWith(label, StringComparison.OrdinalIgnoreCase);
}
