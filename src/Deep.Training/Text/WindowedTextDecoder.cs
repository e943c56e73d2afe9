namespace Deep.Training;

/// <summary>A decoder for any vocabulary: decodes the last pieces again and tells what a token has added to them.</summary>
/// <remarks>The piece before is decoded along, because some tokenizers treat the start of a text differently.</remarks>
internal sealed class WindowedTextDecoder(TextVocabulary vocabulary) : TextDecoder
{
    // A character has at most four bytes; a longer rest can no longer become one.
    private const int LongestCharacter = 4;
    private readonly List<int> _window = [];
    private int _told;

    public override string Add(int token)
    {
        _window.Add(token);
        var text = Rest();
        return text.EndsWith('\uFFFD') && _window.Count - _told < LongestCharacter ? "" : Tell(text);
    }

    public override string Finish() => _window.Count > _told ? Tell(Rest()) : "";

    private string Rest()
    {
        var before = vocabulary.Decode(_window[.._told]);
        var all = vocabulary.Decode(_window);
        return all.Length > before.Length ? all[before.Length..] : "";
    }

    private string Tell(string text)
    {
        _window.RemoveRange(0, _told);
        _told = _window.Count;
        return text;
    }
}
