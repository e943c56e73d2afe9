using Deep.Hub;

namespace Deep.Tests.Hub;

public sealed class HubReferenceTests
{
    [Theory]
    [InlineData("hf:timm/dm_nfnet_f0.dm_in1k", "timm/dm_nfnet_f0.dm_in1k", "main")]
    [InlineData("hf:timm/x@v1.0", "timm/x", "v1.0")]
    [InlineData("hf:a/b@refs/pr/7", "a/b", "refs/pr/7")]
    [InlineData("hf:a/b@0123456789abcdef0123456789abcdef01234567", "a/b", "0123456789abcdef0123456789abcdef01234567")]
    public void A_reference_has_a_repository_and_a_revision(string text, string repository, string revision)
    {
        Assert.True(HubReference.TryParse(text, out HubReference? reference));
        Assert.Equal(new HubReference(repository, revision), reference);
        Assert.Equal(reference, HubReference.Parse(reference.ToString()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("timm/x")]
    [InlineData("HF:timm/x")]
    [InlineData("hf:")]
    [InlineData("hf:x")]
    [InlineData("hf:a/b/c")]
    [InlineData("hf:/b")]
    [InlineData("hf:a/")]
    [InlineData("hf:../b")]
    [InlineData("hf:a/..")]
    [InlineData("hf:a/b--c")]
    [InlineData("hf:-a/b")]
    [InlineData("hf:a/b.")]
    [InlineData("hf:a/b c")]
    [InlineData("hf:a/b\\c")]
    [InlineData("hf:a/ü")]
    [InlineData("hf:a/b@")]
    [InlineData("hf:a/b@..")]
    [InlineData("hf:a/b@x/../../y")]
    [InlineData("hf:a/b@/etc")]
    [InlineData("hf:a/b@x\ny")]
    [InlineData("hf:a/b@c:d")]
    public void Text_that_names_no_model_is_not_a_reference(string? text)
    {
        Assert.False(HubReference.TryParse(text, out HubReference? reference));
        Assert.Null(reference);
    }

    [Fact]
    public void Parsing_says_what_was_expected_on_one_line()
    {
        HubException error = Assert.Throws<HubException>(() => HubReference.Parse("hf:no\u001b[31mname\n"));
        Assert.Equal(HubFailure.InvalidName, error.Failure);
        Assert.Contains("hf:owner/name[@revision]", error.Message);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("onnx/model.bin")]
    [InlineData("gewichte/größe 日本語.bin")]
    [InlineData("model-00001-of-00002.safetensors")]
    [InlineData(".gitattributes")]
    public void Ordinary_file_names_are_taken(string name) => Assert.Equal(name, HubNames.RequireFile(name));

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a/./x")]
    [InlineData("a//x")]
    [InlineData("/etc/passwd")]
    [InlineData("a/")]
    [InlineData("..\\x")]
    [InlineData("C:\\x")]
    [InlineData("C:x")]
    [InlineData("x:stream")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("name.")]
    [InlineData("name ")]
    [InlineData(".. /x")]
    [InlineData("nul")]
    [InlineData("a/COM1.bin")]
    public void File_names_that_could_leave_the_folder_are_refused(string name)
    {
        HubException error = Assert.Throws<HubException>(() => HubNames.RequireFile(name));
        Assert.Equal(HubFailure.InvalidName, error.Failure);
    }

    [Fact]
    public void File_names_that_are_not_text_are_refused() =>
        Assert.Throws<HubException>(() => HubNames.RequireFile("a\ud800b"));

    [Fact]
    public void File_names_longer_than_a_file_system_takes_are_refused() =>
        Assert.Throws<HubException>(() => HubNames.RequireFile(new string('ü', 101)));

    [Fact]
    public void References_made_by_hand_are_checked_too()
    {
        var cache = new HubCache(new HubOptions { CacheFolder = Path.GetTempPath() });
        foreach (HubReference reference in new HubReference[] { new("../..", "main"), new("a/b", "../../x") })
        {
            HubException error = Assert.Throws<HubException>(() => cache.FindLocal(reference, "x"));
            Assert.Equal(HubFailure.InvalidName, error.Failure);
        }
    }
}
