namespace Deep.Training.Tests.Text;

public class TokenSequenceTests
{
    [Fact]
    public void Repetition_is_the_probability_that_two_drawn_tokens_are_the_same()
    {
        Assert.Equal(1, new TokenSequence("one", new[] { 2, 2, 2 }, 4).Repetition(), 1e-15);
        Assert.Equal((0.5 * 0.5) + (2 * 0.25 * 0.25), new TokenSequence("three", new[] { 0, 1, 0, 3 }, 4).Repetition(), 1e-15);
    }
}
