namespace Deep.Suite.Tests.Documentation;

/// <summary>Every program on a page compiles against the packages as they are, and those marked so run.</summary>
public sealed class PageTests
{
    [Fact]
    public void Every_program_on_a_page_compiles()
    {
        Assert.NotEmpty(CodeBlock.All);
        Assert.Empty(CodeBlock.All.SelectMany(block => PageProgram.Errors(block.Text).Select(error => $"{block}: {error}")));
    }

    [Fact]
    public void Every_program_on_a_page_that_is_marked_runs_to_its_end()
    {
        foreach (var block in CodeBlock.All.Where(b => b.Words.Contains("run")))
        {
            var folder = PageFolder.Create();
            try
            {
                Assert.True(PageProgram.Run(block.Text, folder).Length > 0, $"{block} prints nothing");
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    [Fact]
    public void A_wrong_program_is_found() => Assert.NotEmpty(PageProgram.Errors("var classifier = Deep.NFNets.NoSuchType.Load();"));

    [Fact]
    public void A_right_program_runs_and_its_output_is_seen()
    {
        var folder = Directory.CreateTempSubdirectory("page-").FullName;
        Assert.Equal("1, 2", PageProgram.Run("""Console.WriteLine(string.Join(", ", new[] { 1, 2 }));""", folder).Trim());
        Directory.Delete(folder);
    }

    [Fact]
    public void A_continued_block_stands_behind_the_one_before()
    {
        string[] page = ["```csharp", "var a = 1;", "```", "text", "```bash", "ls", "```", "```csharp continued run", "Console.WriteLine(a);", "```"];
        var blocks = CodeBlock.Of("page.md", page).ToList();
        Assert.Equal(["page.md:1", "page.md:8"], blocks.Select(b => b.ToString()));
        Assert.Equal("var a = 1;\nConsole.WriteLine(a);", blocks[1].Text);
        Assert.Equal(["continued", "run"], blocks[1].Words);
    }

    [Theory]
    [InlineData("docs")]
    [InlineData("README.md")]
    public void Every_link_to_a_file_of_the_repository_leads_somewhere(string place)
    {
        var pages = place == "docs" ? RepositoryFiles.Below(".md", "docs", "src", "samples", "benchmarks") : [Path.Combine(RepositoryFiles.Root, place)];
        var dead = from page in pages
                   from link in PageLinks.Of(File.ReadAllText(page))
                   where !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, link))
                   select $"{RepositoryFiles.Short(page)}: {link}";
        Assert.Empty(dead);
    }
}
