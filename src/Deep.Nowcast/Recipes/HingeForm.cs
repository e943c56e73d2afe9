namespace Deep.Nowcast.Recipes;

/// <summary>How the spatial and the temporal discriminator's hinge losses become one number.</summary>
public enum HingeForm
{
    /// <summary>One mean over both scores, as in DeepMind's pseudocode. A discriminator that tells nothing apart has the loss 2.</summary>
    OneMean,

    /// <summary>The sum of the two discriminators' means, twice as much, as openclimatefix trains; one that tells nothing apart has the loss 4.</summary>
    SumOfTwo,
}
