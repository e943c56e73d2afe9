namespace Deep.Perceivers;

/// <summary>The tasks of the GLUE benchmark that Perceiver IO reports (2107.14795, table 2); WNLI is left out.</summary>
public enum GlueTask
{
    /// <summary>CoLA: whether a sentence is acceptable; Matthews correlation.</summary>
    LinguisticAcceptability,

    /// <summary>MNLI: entailment, neutral or contradiction; the mean of matched and mismatched accuracy.</summary>
    NaturalLanguageInference,

    /// <summary>MRPC: whether two sentences say the same; accuracy.</summary>
    ResearchParaphrase,

    /// <summary>QNLI: whether a sentence answers a question; accuracy.</summary>
    QuestionInference,

    /// <summary>QQP: whether two questions ask the same; accuracy.</summary>
    QuoraPairs,

    /// <summary>RTE: entailment or not; accuracy.</summary>
    TextualEntailment,

    /// <summary>SST-2: whether a review is positive; accuracy.</summary>
    Sentiment,

    /// <summary>STS-B: how alike two sentences are, 0 to 5; Pearson correlation.</summary>
    SemanticSimilarity,
}
