using System.Text;
using Deep.Perceivers.Recipes;
using Deep.Tensors;
using Deep.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers.Tests.Recipes;

public sealed class MaskedByteBatchesTests
{
    private static readonly string Text = string.Join(' ', Enumerable.Range(100, 400));

    [Fact]
    public void Hidden_words_are_whole_and_their_bytes_are_the_labels()
    {
        using var scope = NewDisposeScope();
        var batch = Batches().Read(0, 0, 1);
        var (seen, labels) = (Numbers(batch.Tokens), Numbers(batch.Labels));
        var hidden = labels.Count(label => label != MaskedTokens.Ignored);
        Assert.InRange(hidden, 1, labels.Length / 2);
        for (var i = 0; i < seen.Length; i++)
        {
            Assert.Equal(labels[i] != MaskedTokens.Ignored, seen[i] == ByteTokenizer.Mask);
        }

        var whole = Encoding.UTF8.GetString([.. seen.Zip(labels).Select(pair => (byte)((pair.Second >= 0 ? pair.Second : pair.First) - ByteTokenizer.FirstByte))]);
        Assert.All(whole.Chunk(40), window => Assert.Contains(new string(window), Text, StringComparison.Ordinal));
    }

    [Fact]
    public void A_window_that_comes_again_has_other_words_hidden()
    {
        using var scope = NewDisposeScope();
        var masking = new WordMasking { Rate = 0.3 };
        var bytes = MaskedByteBatches.Bytes("text", Text);
        var first = MaskedByteBatches.SideBySide(bytes, 40, 0, 4, masking);
        Assert.True(first.Labels.Equals(MaskedByteBatches.SideBySide(bytes, 40, 0, 4, masking).Labels));
        Assert.False(first.Labels.Equals(MaskedByteBatches.SideBySide(bytes, 40, 0, 4, masking with { Seed = 1 }).Labels));
        var parts = Enumerable.Range(0, 2).SelectMany(part => Numbers(Batches().Read(5, part, 2).Labels));
        Assert.Equal(Numbers(Batches().Read(5, 0, 1).Labels), parts);
        Assert.Throws<TextException>(() => MaskedByteBatches.SideBySide(bytes, 40, 39, 4, masking));
    }

    [Fact]
    public void At_the_start_visible_words_can_be_labels_too()
    {
        using var scope = NewDisposeScope();
        var options = new TextBatchOptions { Context = 40, BatchSize = 4, Seed = 3 };
        var batches = new MaskedByteBatches(MaskedByteBatches.Bytes("text", Text), options, new WordMasking { Rate = 0.3 }, copySteps: 2);
        var (seen, labels) = (Numbers(batches.Read(1, 0, 1).Tokens), Numbers(batches.Read(1, 0, 1).Labels));
        Assert.Equal(seen.Zip(labels).Where(pair => pair.Second >= 0 && pair.First != ByteTokenizer.Mask).Select(pair => pair.First),
            seen.Zip(labels).Where(pair => pair.Second >= 0 && pair.First != ByteTokenizer.Mask).Select(pair => pair.Second));
        Assert.InRange(seen.Count(token => token == ByteTokenizer.Mask), 1, labels.Count(label => label >= 0) / 2);
        Assert.All(seen.Zip(labels), pair => Assert.Equal(pair.First == ByteTokenizer.FirstByte + ' ', pair.Second < 0));
        var after = batches.Read(2, 0, 1);
        Assert.All(Numbers(after.Tokens).Zip(Numbers(after.Labels)), pair => Assert.Equal(pair.First == ByteTokenizer.Mask, pair.Second >= 0));
    }

    [Fact]
    public void The_loss_is_over_hidden_bytes_alone()
    {
        using var scope = NewDisposeScope();
        var batch = new MaskedBytes(
            tensor(new long[] { 3, 70, 3, 71 }).view(1, 4), tensor(new long[] { 80, -100, 90, -100 }).view(1, 4));
        var logits = randn(1, 4, ByteTokenizer.VocabularySize);
        using var model = new Fixed(logits);
        var outcome = MaskedLanguageObjective.Of(model)(batch);
        var logs = functional.log_softmax(logits, -1);
        Assert.Equal(-(logs[0, 0, 80].item<float>() + logs[0, 2, 90].item<float>()) / 2, outcome.Loss.item<float>(), 1e-4f);
        Assert.Equal(2, outcome.Items);

        var none = new MaskedBytes(batch.Tokens, full_like(batch.Labels, MaskedTokens.Ignored));
        Assert.Equal(0, MaskedLanguageObjective.Of(model)(none).Loss.item<float>());
        using var wrong = new Fixed(logits.narrow(1, 0, 3));
        Assert.Throws<ShapeException>(() => MaskedLanguageObjective.Of(wrong)(batch));
    }

    [Fact]
    public void The_evaluation_is_the_mean_over_all_hidden_bytes_and_leaves_nothing_alive()
    {
        var bytes = MaskedByteBatches.Bytes("text", Text);
        using var logits = zeros(1, 1, ByteTokenizer.VocabularySize);
        using var model = new Fixed(logits);
        var live = new LiveTensors();
        var three = MaskedLanguageObjective.Evaluate(model, bytes, 40, batchSize: 3, windows: 7);
        var seven = MaskedLanguageObjective.Evaluate(model, bytes, 40, batchSize: 7, windows: 7);
        Assert.Equal(0, live.Created);
        Assert.Equal(Math.Log(ByteTokenizer.VocabularySize), three.Loss, 1e-4);
        Assert.Equal(seven.Items, three.Items);
        Assert.True(model.training);
        Assert.Throws<TextException>(() => MaskedLanguageObjective.Evaluate(model, MaskedByteBatches.Bytes("text", "short"), 40));
    }

    private static MaskedByteBatches Batches() => new(
        MaskedByteBatches.Bytes("text", Text), new TextBatchOptions { Context = 40, BatchSize = 4, Seed = 3 }, new WordMasking { Rate = 0.3, Seed = 3 });

    private static int[] Numbers(Tensor tensor) => Array.ConvertAll(tensor.data<long>().ToArray(), x => (int)x);

    // Gives the same logits for every window.
    private sealed class Fixed(Tensor logits) : Module<Tensor, Tensor>(nameof(Fixed))
    {
        public override Tensor forward(Tensor input) => logits.shape[1] == 1
            ? logits.expand(input.shape[0], input.shape[1], -1)
            : logits.alias();
    }
}
