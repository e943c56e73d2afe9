namespace Deep.Suite.Tests.Documentation;

/// <summary>A program on a page: a fence that starts with <c>```csharp</c>, optionally followed by words that say what to do with it.</summary>
/// <param name="Page">The page, from the repository's root.</param>
/// <param name="Line">The line of the fence.</param>
/// <param name="Words">"run": it is run, not only compiled. "continued": it goes on where the page's block before ended.</param>
/// <param name="Text">The program.</param>
internal sealed record CodeBlock(string Page, int Line, IReadOnlyList<string> Words, string Text)
{
    private static readonly string[] KnownWords = ["run", "continued"];

    /// <summary>Where the block stands.</summary>
    public override string ToString() => $"{Page}:{Line}";

    /// <summary>All C# blocks of the readmes and the pages below docs/.</summary>
    public static IReadOnlyList<CodeBlock> All { get; } = [.. Pages().SelectMany(Of)];

    /// <summary>The C# blocks of one page; a continued block has the text of those before it in front.</summary>
    public static IEnumerable<CodeBlock> Of(string page) => Of(RepositoryFiles.Short(page), File.ReadAllLines(page));

    /// <inheritdoc cref="Of(string)"/>
    public static IEnumerable<CodeBlock> Of(string page, IReadOnlyList<string> lines)
    {
        CodeBlock? previous = null;
        for (var i = 0; i < lines.Count; i++)
        {
            var fence = lines[i].TrimStart();
            if (!fence.StartsWith("```", StringComparison.Ordinal))
            {
                continue;
            }

            var words = fence[3..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var end = i + 1;
            while (end < lines.Count && lines[end].Trim() != "```")
            {
                end++;
            }

            if (words is ["csharp" or "cs" or "c#", .. var rest])
            {
                if (rest.FirstOrDefault(w => !KnownWords.Contains(w)) is { } unknown)
                {
                    throw new FormatException($"{page}:{i + 1}: the word {unknown} after csharp is not known");
                }

                var text = string.Join('\n', lines.Skip(i + 1).Take(end - i - 1));
                var whole = rest.Contains("continued") && previous is not null ? $"{previous.Text}\n{text}" : text;
                previous = new(page, i + 1, rest, whole);
                yield return previous;
            }

            i = end;
        }
    }

    private static IEnumerable<string> Pages() =>
        RepositoryFiles.Below(".md", "docs", "src", "samples").Prepend(Path.Combine(RepositoryFiles.Root, "README.md"));
}
