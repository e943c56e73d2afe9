using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.Tests.Text;

public class TextBatchesTests
{
    [Fact]
    public void Targets_are_the_tokens_one_further()
    {
        using var batch = Batches(100, context: 8, batch: 5).Read(3, 0, 1);
        Assert.Equal([5, 8], batch.Tokens.shape);
        Assert.Equal(ScalarType.Int64, batch.Tokens.dtype);
        Assert.Equal(5, batch.Count);
        Assert.Equal(Rows(batch.Tokens).SelectMany(row => row).Select(token => token + 1), Rows(batch.Targets).SelectMany(row => row));
        Assert.All(Rows(batch.Tokens), row => Assert.Equal(Enumerable.Range((int)row[0], 8).Select(i => (long)i), row));
    }

    [Fact]
    public void A_step_reads_the_same_whatever_was_read_before()
    {
        var straight = Batches(200, 8, 5);
        var jumping = Batches(200, 8, 5);
        for (var step = 0; step < 20; step++)
        {
            using var expected = straight.Read(step, 0, 1);
            jumping.Read((step * 7) % 31, 0, 1).Dispose();
            using var found = jumping.Read(step, 0, 1);
            Assert.True(Bits.Same(expected.Tokens, found.Tokens));
        }

        using var first = straight.Read(0, 0, 1);
        using var other = Batches(200, 8, 5, seed: 1).Read(0, 0, 1);
        Assert.False(Bits.Same(first.Tokens, other.Tokens));
    }

    [Fact]
    public void An_epoch_shows_windows_side_by_side_once_each_and_the_next_has_other_windows()
    {
        var batches = Batches(331, context: 10, batch: 4);
        Assert.Equal((32, 8), (batches.WindowsPerEpoch, batches.StepsPerEpoch));
        var epochs = Enumerable.Range(0, 6).Select(epoch => Starts(batches, epoch * 8, 8)).ToArray();
        foreach (var starts in epochs)
        {
            Assert.Equal(Enumerable.Range(0, 32).Select(i => starts.Min() + (10L * i)), starts.Order());
            Assert.NotEqual(starts.Order(), starts);
            Assert.InRange(starts.Min(), 0, 9);
        }

        Assert.True(epochs.Select(starts => starts.Min()).Distinct().Count() >= 3, "six draws of ten shifts");
    }

    [Theory]
    [InlineData(9, 8)]
    [InlineData(10, 8)]
    [InlineData(16, 8)]
    [InlineData(17, 8)]
    [InlineData(2, 1)]
    [InlineData(1000, 7)]
    public void Any_text_that_is_longer_than_the_context_gives_batches_of_any_size(int tokens, int context)
    {
        var batches = Batches(tokens, context, batch: 12);
        var starts = Starts(batches, 0, 40).ToArray();
        Assert.All(starts, start => Assert.InRange(start, 0, tokens - context - 1));
        Assert.Equal(tokens > context + 1, starts.Min() < starts.Max());
    }

    [Fact]
    public void Parts_of_a_step_make_up_the_whole()
    {
        using var scope = NewDisposeScope();
        var batches = Batches(100, 8, 6);
        using var whole = batches.Read(2, 0, 1);
        var parts = Enumerable.Range(0, 3).Select(part => batches.Read(2, part, 3)).ToArray();
        Assert.True(Bits.Same(whole.Tokens, cat([.. parts.Select(part => part.Tokens)])));
        Assert.True(Bits.Same(whole.Targets[2..4], whole.Slice(2, 2).Targets));
    }

    [Fact]
    public async Task Many_readers_see_what_one_sees()
    {
        var batches = Batches(100, 8, 4);
        var expected = Starts(batches, 0, 60);
        var read = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Starts(batches, 0, 60))));
        Assert.All(read, starts => Assert.Equal(expected, starts));
    }

    [Fact]
    public void Batches_leave_no_tensor_behind()
    {
        var batches = Batches(100, 8, 4);
        var live = new LiveTensors();
        batches.Read(0, 0, 1).Dispose();
        batches.Read(1, 1, 2).Dispose();
        Assert.Equal(0, live.Created);
    }

    [Fact]
    public void What_cannot_be_is_named()
    {
        var error = Assert.Throws<TextException>(() => Batches(8, context: 8, batch: 1));
        Assert.Equal("count.txt: expected at least 9 tokens (a context of 8 and the one after it), found 8.", error.Message);
        Assert.Throws<ConfigurationException>(() => Batches(100, 0, 1));
        Assert.Throws<ConfigurationException>(() => Batches(100, 8, 0));
        Assert.Throws<ConfigurationException>(() => Batches(100, 8, 4).Read(0, 0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Batches(100, 8, 4).Read(-1, 0, 1));
        Assert.Contains("found 7 at 1", Assert.Throws<TextException>(() => new TokenSequence("x", new[] { 0, 7 }, 7)).Message, StringComparison.Ordinal);
        Assert.Contains("found none", Assert.Throws<TextException>(() => new TokenSequence("x", Array.Empty<int>(), 7)).Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => Count(10).Split(1));
        Assert.Contains("held out", Assert.Throws<TextException>(() => Count(10).Split(0.1).HeldOut.RequireContext(5)).Message, StringComparison.Ordinal);
    }

    // The text 0, 1, 2, …: a window's first token says where it begins.
    private static TokenSequence Count(int tokens) => new("count.txt", Enumerable.Range(0, tokens).ToArray(), tokens);

    private static TextBatches Batches(int tokens, int context, int batch, ulong seed = 0) =>
        new(Count(tokens), new TextBatchOptions { Context = context, BatchSize = batch, Seed = seed });

    private static long[] Starts(TextBatches batches, long first, int steps) => [.. Enumerable.Range(0, steps).SelectMany(step =>
    {
        using var batch = batches.Read(first + step, 0, 1);
        return Rows(batch.Tokens).Select(row => row[0]).ToArray();
    })];

    private static long[][] Rows(Tensor tokens) => [.. tokens.data<long>().ToArray().Chunk((int)tokens.shape[1])];
}
