namespace Deep.Cli.Tour;

/// <summary>A picture of the tour.</summary>
/// <param name="Name">The name of its file: the label that a person would give, a hyphen, and a number.</param>
/// <param name="Jpeg">The bytes of its JPEG file.</param>
internal sealed record GalleryPicture(string Name, byte[] Jpeg)
{
    /// <summary>The label that a person would give.</summary>
    public string Label => Name.Split('-')[0];
}
