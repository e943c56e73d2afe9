namespace Deep.Suite.Tests.Documentation;

/// <summary>The folder that a page's program runs in: what the pages say a reader has.</summary>
internal static class PageFolder
{
    private static readonly string[] PictureKinds = [".jpg", ".png"];

    /// <summary>A new folder with the repository's models under their names and some pictures (<c>photo.jpg</c> or .png, and <c>photos/</c>).</summary>
    public static string Create()
    {
        var folder = Directory.CreateTempSubdirectory("page-").FullName;
        var photos = Directory.CreateDirectory(Path.Combine(folder, "photos")).FullName;
        foreach (var model in RepositoryFiles.Below(".safetensors", "src"))
        {
            File.Copy(model, Path.Combine(folder, Path.GetFileName(model)));
        }

        var pictures = PictureKinds.SelectMany(kind => RepositoryFiles.Below(kind, "src", "samples"))
            .Where(p => Path.GetFileName(p) != "icon.png").ToList();
        foreach (var picture in pictures.DistinctBy(Path.GetFileName).Take(6))
        {
            File.Copy(picture, Path.Combine(photos, Path.GetFileName(picture)));
        }

        foreach (var picture in pictures.DistinctBy(Path.GetExtension))
        {
            File.Copy(picture, Path.Combine(folder, "photo" + Path.GetExtension(picture)));
        }

        return folder;
    }
}
