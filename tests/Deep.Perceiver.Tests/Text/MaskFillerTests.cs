using System.Text;
using Deep.Checkpoints;
using Deep.Perceivers;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers;

public sealed class MaskFillerTests : IDisposable
{
    private readonly Perceiver network = SmallModels.Seeded(SmallModels.Language);
    private readonly MaskFiller filler;

    public MaskFillerTests() => filler = new MaskFiller(network, new() { Top = 4, BatchSize = 3 });

    public void Dispose()
    {
        filler.Dispose();
        network.Dispose();
    }

    [Fact]
    public void Guesses_are_the_networks_softmax_at_the_hidden_places()
    {
        const string Text = "two [MASK][MASK] of it[MASK]";
        var filled = filler.Fill(Text);
        Assert.Equal([4, 5, 12], filled.Bytes.Select(hidden => hidden.Position));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        long[] tokens = [.. Encoding.UTF8.GetBytes(Text.Replace("[MASK]", "\u0001", StringComparison.Ordinal)).Select(b => b == 1 ? 3L : b + 6)];
        var logits = network.forward(tensor(tokens, [1, tokens.Length], device: TestDevice.Current));
        foreach (var hidden in filled.Bytes)
        {
            var expected = logits[0, hidden.Position].softmax(0).cpu().data<float>().ToArray();
            var best = Enumerable.Range(0, 256).OrderByDescending(value => expected[value + 6]).Take(4).ToArray();
            Assert.Equal(best, hidden.Guesses.Select(guess => (int)guess.Value));
            Assert.All(hidden.Guesses, guess => Assert.Equal(expected[guess.Value + 6], guess.Probability, 1e-4f));
        }

        Assert.Equal(2, filled.Fillings.Count);
        var bytes = Encoding.UTF8.GetBytes("two __ of it_");
        filled.Bytes.ToList().ForEach(hidden => bytes[hidden.Position] = hidden.Guesses[0].Value);
        Assert.Equal(Encoding.UTF8.GetString(bytes), filled.Text);
    }

    [Fact]
    public void A_hidden_span_is_not_seen_and_equals_as_many_mask_strings()
    {
        var expected = filler.Fill("where are[MASK][MASK][MASK][MASK] now");
        AssertSame(expected, filler.Fill("where are you now", [9..13]));
        AssertSame(expected, filler.Fill("where are abc now", [9..13]));
        Assert.Equal(3, filler.Fill("a € b", [2..3]).Bytes.Count);
        Assert.Equal(4, filler.Fill("🚀", [0..2]).Bytes.Count);
        Assert.Throws<ShapeException>(() => filler.Fill("short", [3..9]));
    }

    [Fact]
    public void Texts_of_any_lengths_in_one_batch_are_filled_as_alone()
    {
        string[] texts = ["a[MASK]", "[MASK][MASK][MASK] and a longer text[MASK]", "", "nothing hidden", "[MASK]", "x[MASK]y[MASK]z"];
        Assert.All(filler.Fill(texts).Zip(texts), pair => AssertSame(filler.Fill(pair.Second), pair.First));
        Assert.Equal(("", "nothing hidden"), (filler.Fill("").Text, filler.Fill("nothing hidden").Text));
        Assert.Empty(filler.Fill(Array.Empty<string>()));
    }

    [Fact]
    public void The_surest_byte_is_filled_first_and_seen_by_the_others()
    {
        const string Text = "ab[MASK][MASK]cd[MASK]";
        var once = filler.Fill(Text);
        var inTurn = filler.Fill(Text, FillOrder.SurestFirst);
        var surest = once.Bytes.MaxBy(hidden => hidden.Guesses[0].Probability)!;
        Assert.Equal(surest.Guesses, inTurn.Bytes.Single(hidden => hidden.Position == surest.Position).Guesses, SameGuess);
        var bytes = Encoding.UTF8.GetBytes("ab__cd_");
        bytes[surest.Position] = surest.Guesses[0].Value;
        using var second = new MaskFiller(network, new() { Top = 4, MaskString = "_" });
        if (surest.Guesses[0].Value is > 31 and < 127 and not (byte)'_')
        {
            var next = second.Fill(Encoding.UTF8.GetString(bytes)).Bytes.MaxBy(hidden => hidden.Guesses[0].Probability)!;
            Assert.Equal(next.Guesses, inTurn.Bytes.Single(hidden => hidden.Position == next.Position).Guesses, SameGuess);
        }
    }

    [Fact]
    public void The_Hugging_Face_form_sees_its_own_tokens_around_the_text()
    {
        using var wrapped = new MaskFiller(network, new() { Form = TokenizerForm.HuggingFace });
        var filled = wrapped.Fill("a[MASK]b");
        Assert.Equal(1, Assert.Single(filled.Bytes).Position);
        Assert.NotEqual(filler.Fill("a[MASK]b").Bytes[0].Guesses[0].Probability, filled.Bytes[0].Guesses[0].Probability);
        Assert.Throws<ShapeException>(() => wrapped.Fill(new string('x', 63)));
        Assert.Equal(62, wrapped.Fill(new string('x', 62)).Text.Length);
    }

    [Fact]
    public void A_text_that_is_too_long_is_one_clear_error()
    {
        Assert.Equal(64, filler.Fill(new string('x', 64)).Text.Length);
        Assert.Contains("at most 64 tokens, special ones included, but this one has 65",
            Assert.Throws<ShapeException>(() => filler.Fill(new string('x', 65))).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => filler.Fill(["ok", new string('é', 40)]));
    }

    [Fact]
    public void A_text_of_mask_strings_alone_is_filled()
    {
        var filled = filler.Fill("[MASK][MASK][MASK]");
        Assert.Equal(3, filled.Bytes.Count);
        Assert.Equal(filled.Text, Assert.Single(filled.Fillings));
    }

    [Fact]
    public void Many_threads_fill_what_one_does_and_leave_no_tensors()
    {
        string[] texts = ["a[MASK]c", "[MASK][MASK]", "some words are[MASK][MASK][MASK]", "é[MASK]"];
        var expected = texts.Select(text => filler.Fill(text)).ToArray();
        var live = new LiveTensors();
        filler.Fill(texts, FillOrder.SurestFirst);
        Assert.Equal(0, live.Created);
        var before = SmallModels.TensorsInProcess();
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => AssertSame(expected[i % 4], filler.Fill(texts[i % 4])));
        Assert.Equal(before, SmallModels.TensorsInProcess());
    }

    [Fact]
    public void Cancelling_ends_it_and_disposing_refuses_later_calls()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => filler.Fill(["[MASK]"], FillOrder.AtOnce, cancelled.Token));
        filler.Dispose();
        filler.Dispose();
        Assert.Throws<ObjectDisposedException>(() => filler.Fill("[MASK]"));
        Assert.Equal(2, network.Latents.dim());
    }

    [Fact]
    public void A_saved_model_is_loaded_and_another_kind_of_network_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("bytes.safetensors");
        network.Save(path);
        using var loaded = MaskFiller.Load(path, new() { Device = TestDevice.Name, Top = 4 });
        AssertSame(filler.Fill("x[MASK]"), loaded.Fill("x[MASK]"));
        using var memory = Checkpoint.Open(File.ReadAllBytes(path), "embedded");
        using var embedded = MaskFiller.Load(memory, new() { Device = TestDevice.Name });
        Assert.Equal(SmallModels.Language, embedded.Config);
        using var images = new Perceiver(SmallModels.Images, TestDevice.Current);
        Assert.Throws<ConfigurationException>(() => new MaskFiller(images));
        Assert.Throws<ConfigurationException>(() => MaskFiller.Load("no-such-model"));
    }

    public static TheoryData<string, Action<MaskFillerOptions>> Wrong => new()
    {
        { "Device", options => options.Device = " " },
        { "Precision", options => options.Precision = (Precision)9 },
        { "Top", options => options.Top = 257 },
        { "BatchSize", options => options.BatchSize = 0 },
        { "MaskString", options => options.MaskString = "" },
        { "Form", options => options.Form = (TokenizerForm)5 },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_option_is_named(string option, Action<MaskFillerOptions> change)
    {
        var options = new MaskFillerOptions();
        change(options);
        Assert.Equal($"MaskFillerOptions.{option}", Assert.Throws<ConfigurationException>(() => new MaskFiller(network, options)).Setting);
    }

    private static bool SameGuess(ByteGuess a, ByteGuess b) => a.Value == b.Value && Math.Abs(a.Probability - b.Probability) < 1e-5;

    private static void AssertSame(FilledText expected, FilledText found)
    {
        Assert.Equal(expected.Text, found.Text);
        Assert.Equal(expected.Fillings, found.Fillings);
        Assert.Equal(expected.Bytes.Select(hidden => hidden.Position), found.Bytes.Select(hidden => hidden.Position));
        Assert.All(expected.Bytes.Zip(found.Bytes), pair =>
            Assert.All(pair.First.Guesses.Zip(pair.Second.Guesses), guess => Assert.True(SameGuess(guess.First, guess.Second))));
    }
}
