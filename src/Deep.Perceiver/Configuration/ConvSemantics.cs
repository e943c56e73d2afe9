namespace Deep.Perceivers;

/// <summary>How the 7 x 7 convolution and the pool of the convolutional preprocessor treat borders.</summary>
public enum ConvSemantics
{
    /// <summary>TensorFlow's SAME: 224 x 224 pixels become 56 x 56 (DeepMind, the paper).</summary>
    DeepMind,

    /// <summary>Three pixels of zeros on each side and a pool without padding: 224 x 224 pixels become 55 x 55.</summary>
    HuggingFace,
}
