namespace Deep.Perceivers.Tests.Evaluation;

public sealed class GlueScoreTests
{
    [Fact]
    public void Each_task_has_the_metric_of_the_paper()
    {
        int[] predicted = [1, 0, 1, 1, 0], actual = [1, 1, 1, 0, 0];
        Assert.Equal(0.6, GlueScore.OfClasses(GlueTask.Sentiment, predicted, actual), 12);
        Assert.Equal(0.6, GlueScore.OfClasses(GlueTask.QuoraPairs, predicted, actual), 12);

        // Two hits, one false alarm, one miss, one right rejection: (2 · 1 − 1 · 1) / sqrt(3 · 3 · 2 · 2).
        Assert.Equal(1.0 / 6, GlueScore.OfClasses(GlueTask.LinguisticAcceptability, predicted, actual), 12);
        Assert.Equal(1, GlueScore.OfSimilarities([1, 2, 3], [0, 2, 4]), 12);
        Assert.Throws<ConfigurationException>(() => GlueScore.OfClasses(GlueTask.SemanticSimilarity, predicted, actual));
    }

    [Fact]
    public void The_two_sets_of_a_task_are_averaged_before_the_tasks()
    {
        var scores = new Dictionary<GlueTask, IReadOnlyList<double>>
        {
            [GlueTask.NaturalLanguageInference] = [0.8, 0.9],
            [GlueTask.Sentiment] = [0.95],
        };
        Assert.Equal(0.9, GlueScore.Average(scores), 12);
        scores[GlueTask.QuoraPairs] = [];
        Assert.Throws<ConfigurationException>(() => GlueScore.Average(scores));
    }
}
